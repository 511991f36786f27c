// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.PeerReport;
import io.portunus.core.door.RemoteTransport;
import io.portunus.core.fate.Fate;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.Peer;
import io.portunus.core.time.Deadlines;
import io.portunus.transport.dtls.DtlsRole;
import io.portunus.transport.dtls.DtlsSession;
import io.portunus.transport.ice.IceCredentials;
import io.portunus.transport.ice.IceLite;
import io.portunus.transport.ice.StunCodec;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpInbound;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One browser's connection: ICE finds it, DTLS proves it, SRTP carries its media to and from the
/// core's half. Confined to its media loop.
final class PeerConnection implements HostedPeer, IceLite.Outlet, DtlsEvents.Receiver {
    /// How many datagrams wait for the client's SDP: a hello in pieces, sent twice.
    static final int MAX_EARLY_DATAGRAMS = 8;

    private static final int MAX_UFRAG_ATTEMPTS = 16;

    /// For how long a silent client keeps its address from another one, which may be its own next
    /// connection: the longest that RFC 7675 §5.1 lets a living one go without a check.
    private static final long HOLD_NANOS = 6_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

    private final PeerId id;
    private final PeerHost host;
    private final PeerConnections shared;
    private final SrtpCipherProvider ciphers;
    private final IceLite ice;
    private final PeerEgress egress;
    private final TransportLog log;
    private final ArrayDeque<byte[]> early = new ArrayDeque<>();
    private PeerState state = new PeerState.Waiting(null);
    private @Nullable Peer core;

    PeerConnection(
            PeerId id,
            PeerHost host,
            PeerConnections shared,
            StunCodec stun,
            SrtpCipherProvider ciphers,
            long nowNanos) {
        this.id = id;
        this.host = host;
        this.shared = shared;
        this.ciphers = ciphers;
        ice = new IceLite(stun, shared.ice(), shared.random(), this, nowNanos);
        egress = new PeerEgress(host);
        log = new TransportLog(id, host.events());
    }

    @Override
    public PeerId id() {
        return id;
    }

    @Override
    public Egress egress() {
        return egress;
    }

    @Override
    public void open(long request, Peer core, long nowNanos) {
        this.core = core;
        offerCredentials();
        tellOpened(request);
    }

    @Override
    public void apply(PeerCommand command, long nowNanos) {
        switch (command) {
            case PeerCommand.Accept accept -> accept(accept.remote(), nowNanos);
            case PeerCommand.RestartIce restart -> {
                offerCredentials();
                tellOpened(restart.request());
            }
            case PeerCommand.Probe probe ->
                    host.events()
                            .onEvent(
                                    new PeerEvent.Heard(
                                            probe.request(), id, ice.silentNanos(nowNanos)));
            case PeerCommand.Watch _ -> log.watch();
            case PeerCommand.Inspect inspect -> tellReport(inspect.request(), nowNanos);
            case PeerCommand.Open _, PeerCommand.Close _ ->
                    throw new IllegalStateException("the loop opens and closes peers");
        }
    }

    private void tellReport(long request, long nowNanos) {
        var transport = log.report(ice.silentNanos(nowNanos));
        var report = new PeerReport(nowNanos, transport, core().report());
        host.events().onEvent(new PeerEvent.Inspected(request, id, report));
    }

    private void offerCredentials() {
        for (var attempt = 0; attempt < MAX_UFRAG_ATTEMPTS; attempt++) {
            var offered = IceCredentials.create(shared.random());
            if (host.register(offered.ufrag(), this)) {
                var replaced = ice.offer(offered);
                if (replaced != null) {
                    host.unregister(replaced.ufrag());
                }
                return;
            }
        }
        throw new IllegalStateException("no free ufrag");
    }

    private void tellOpened(long request) {
        var own = ice.local();
        var fingerprint = shared.identity().fingerprint();
        var local = new LocalTransport(own.ufrag(), own.password(), fingerprint, host.candidates());
        host.events().onEvent(new PeerEvent.Opened(request, id, local));
    }

    private void accept(RemoteTransport remote, long nowNanos) {
        if (state instanceof PeerState.Waiting) {
            enter(new PeerState.Waiting(remote));
        }
        log.onRemote(remote);
        ice.onRemote(new IceCredentials(remote.ufrag(), remote.password()), nowNanos);
        startDtlsIfPossible(nowNanos);
        wakeInTime();
    }

    /// Once the SDP says who the client is and a check says where.
    private void startDtlsIfPossible(long nowNanos) {
        if (!(state instanceof PeerState.Waiting(var remote))
                || remote == null
                || ice.selected() == null) {
            return;
        }
        var dtls =
                new DtlsSession(
                        shared.identity(),
                        role(remote),
                        remote.fingerprints(),
                        shared.dtls(),
                        shared.permits(),
                        new DtlsEvents(this, host, this));
        enter(new PeerState.Handshaking(dtls));
        log.onHandshake(nowNanos);
        while (!early.isEmpty()) {
            var datagram = early.removeFirst();
            count(dtls.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length));
        }
        dtls.start();
    }

    private static DtlsRole role(RemoteTransport remote) {
        return remote.weAreDtlsClient() ? DtlsRole.CLIENT : DtlsRole.SERVER;
    }

    @Override
    public void onStun(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        count(ice.onStun(path, memory, offset, length, nowNanos));
        wakeInTime();
    }

    /// Completing DTLS proves the selected address, as later ones are proven by a check of ours.
    @Override
    public boolean isAt(Path path, long nowNanos) {
        return state instanceof PeerState.Connected
                && Objects.equals(path, ice.selected())
                && ice.silentNanos(nowNanos) < HOLD_NANOS;
    }

    @Override
    public void onDtls(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        count(
                switch (state) {
                    case PeerState.Waiting _ -> keepEarly(memory, offset, length);
                    case PeerState.Handshaking(var dtls) -> dtls.onDatagram(memory, offset, length);
                    case PeerState.Connected connected ->
                            connected.dtls().onDatagram(memory, offset, length);
                    case PeerState.Closed _ -> Fate.NOT_CONNECTED;
                });
    }

    private Fate keepEarly(MemorySegment memory, long offset, int length) {
        if (early.size() == MAX_EARLY_DATAGRAMS) {
            return Fate.DTLS_QUEUE_FULL;
        }
        early.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
        return Fate.DTLS_RECEIVED;
    }

    @Override
    public void onSrtp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        if (!(state instanceof PeerState.Connected connected)) {
            count(Fate.NOT_CONNECTED);
            return;
        }
        var packets = host.packets();
        var inbound = connected.inbound();
        var bytes =
                inbound.unprotectRtp(
                        memory, offset, length, packets.memory(), packets.writeOffset());
        if (bytes < 0) {
            count(inbound.refusal());
            return;
        }
        ice.onAlive(path, nowNanos);
        core().onRtp(bytes, nowNanos);
    }

    /// In place: nobody keeps it.
    @Override
    public void onSrtcp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        if (!(state instanceof PeerState.Connected connected)) {
            count(Fate.NOT_CONNECTED);
            return;
        }
        var inbound = connected.inbound();
        var bytes = inbound.unprotectRtcp(memory, offset, length, memory, offset);
        if (bytes < 0) {
            count(inbound.refusal());
            return;
        }
        ice.onAlive(path, nowNanos);
        core().onRtcp(memory, offset, bytes, nowNanos);
    }

    @Override
    public void send(Path path, byte[] message, int length) {
        egress.sendPlain(path, message, length);
    }

    @Override
    public boolean open(Path path, long nowNanos) {
        return host.bind(path, this, nowNanos);
    }

    @Override
    public void close(Path path) {
        host.unbind(path, this);
    }

    @Override
    public void select(Path path, long nowNanos) {
        egress.select(path);
        log.onSelected(path, nowNanos);
        startDtlsIfPossible(nowNanos);
    }

    @Override
    public void retire(String ufrag) {
        host.unregister(ufrag);
    }

    @Override
    public void onDtlsSend(byte[] datagram) {
        egress.sendPlain(datagram);
    }

    @Override
    public void onDtlsConnected(SrtpKeyMaterial keys, long nowNanos) {
        if (!(state instanceof PeerState.Handshaking(var dtls))) {
            throw new IllegalStateException("DTLS completes out of turn, in " + state);
        }
        var weAreClient = dtls.role() == DtlsRole.CLIENT;
        var outbound = SrtpOutbound.inBursts(keys, weAreClient, ciphers);
        enter(new PeerState.Connected(dtls, new SrtpInbound(keys, weAreClient, ciphers), outbound));
        egress.start(outbound);
        core().onConnected(nowNanos);
        log.onConnected(keys.profile().name(), nowNanos);
        host.events().onEvent(new PeerEvent.Connected(id));
    }

    @Override
    public void onDtlsEnded(PeerEnd end, String reason) {
        LOG.debug("DTLS of peer {} ends: {}, {}", id.value(), end, reason);
        host.closeSoon(this, end);
    }

    @Override
    public long nextDeadlineNanos() {
        return state instanceof PeerState.Closed ? Deadlines.NEVER : ice.nextDeadlineNanos();
    }

    @Override
    public void onDeadline(long nowNanos) {
        ice.onDeadline(nowNanos);
        if (ice.isGone(nowNanos)) {
            host.closeSoon(this, PeerEnd.ICE_FAILED);
        } else {
            wakeInTime();
        }
    }

    /// Said too often rather than too seldom: the loop knows whether it wakes sooner anyhow.
    private void wakeInTime() {
        host.wakeAt(ice.nextDeadlineNanos());
    }

    @Override
    public void close(PeerEnd end) {
        host.closeSoon(this, end);
    }

    @Override
    public void close(PeerEnd end, long nowNanos) {
        var last = state;
        enter(new PeerState.Closed(end));
        switch (last) {
            case PeerState.Handshaking(var dtls) -> sayGoodbye(dtls);
            case PeerState.Connected connected -> {
                sayGoodbye(connected.dtls());
                connected.inbound().close();
                connected.outbound().close();
            }
            case PeerState.Waiting _, PeerState.Closed _ -> early.clear();
        }
        egress.stop();
        ice.paths().forEach(path -> host.unbind(path, this));
        ice.localUfrags().forEach(host::unregister);
        log.onClosed(end);
        if (core != null) {
            core.onClosed(end, nowNanos);
        }
        host.closed(this);
        host.events().onEvent(new PeerEvent.Closed(id, end));
    }

    private void sayGoodbye(DtlsSession dtls) {
        var goodbye = dtls.close();
        if (goodbye != null) {
            egress.sendPlain(goodbye);
        }
    }

    private void enter(PeerState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("peer cannot go from " + state + " to " + next);
        }
        state = next;
    }

    private Peer core() {
        return Objects.requireNonNull(core, "opened before anything arrives");
    }

    private void count(Fate fate) {
        host.fates().count(fate);
    }
}
