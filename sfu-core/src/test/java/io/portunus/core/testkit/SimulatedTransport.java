// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.Fate;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerTransport;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The transport of one peer on a [SimulatedLoop]: brings plaintext in and takes it out, and ends
/// when the call that asked for it has returned, as the real one does.
public final class SimulatedTransport implements PeerTransport {
    private static final Set<Fate> STOPS_ON_ITS_WAY_IN =
            EnumSet.of(
                    Fate.RTP_MALFORMED,
                    Fate.UNKNOWN_STREAM,
                    Fate.TOO_MANY_STREAMS,
                    Fate.UNKNOWN_PAYLOAD_TYPE,
                    Fate.PADDING_ONLY,
                    Fate.RTX_UNUSABLE,
                    Fate.RECEIVED);

    /// The copy for a subscriber may be a duplicate or too late, too.
    private static final Set<Fate> IN_OR_LATE_ON_ITS_WAY_OUT =
            EnumSet.range(Fate.RTP_MALFORMED, Fate.RECEIVED);

    private final SimulatedLoop loop;
    private final PeerId id;
    private final PlaintextEgress egress;
    private @Nullable Peer peer;
    private @Nullable PeerEnd asked;
    private @Nullable RuntimeException fault;
    private @Nullable RuntimeException faultOfNextClose;
    private boolean ended;

    SimulatedTransport(SimulatedLoop loop, PeerId id, Consumer<byte[]> rtp, Consumer<byte[]> rtcp) {
        this.loop = loop;
        this.id = id;
        egress = new PlaintextEgress(rtp, rtcp);
    }

    void host(Peer peer) {
        this.peer = peer;
    }

    public PeerId id() {
        return id;
    }

    public Peer peer() {
        return requireNonNull(peer);
    }

    public boolean isEnded() {
        return ended;
    }

    /// Every call of the core from now on throws `fault`.
    public void breakWith(RuntimeException fault) {
        this.fault = fault;
        egress.breakWith(fault);
    }

    /// The next attempt to close it throws `fault`.
    public void failToCloseOnceWith(RuntimeException fault) {
        faultOfNextClose = fault;
    }

    @Override
    public PlaintextEgress egress() {
        if (fault != null) {
            throw fault;
        }
        return egress;
    }

    @Override
    public void close(PeerEnd end) {
        var once = faultOfNextClose;
        faultOfNextClose = null;
        if (once != null) {
            throw once;
        }
        if (fault != null) {
            throw fault;
        }
        askEnd(end);
    }

    private void askEnd(PeerEnd end) {
        if (asked == null) {
            asked = end;
            loop.onEndAsked();
        }
    }

    void endIfAsked() {
        if (asked != null && !ended) {
            ended = true;
            peer().onClosed(asked, loop.time().nowNanos());
            loop.onEnded(this, asked);
        }
    }

    /// DTLS is done, unless it was or never will be.
    public void connectOnce() {
        if (!ended && asked == null && !peer().isConnected()) {
            connect();
        }
    }

    /// DTLS is done.
    public void connect() {
        peer().onConnected(loop.time().nowNanos());
        loop.events().onEvent(new PeerEvent.Connected(id));
        loop.afterCall();
    }

    /// The transport ends by itself, as when DTLS closes or the client falls silent.
    public void end(PeerEnd end) {
        askEnd(end);
        loop.afterCall();
    }

    /// An authentic RTP packet has come. It must meet exactly one fate on its way in.
    public void receiveRtp(byte[] packet) {
        if (ended) {
            return;
        }
        var memory = loop.context().memory();
        MemorySegment.copy(
                packet,
                0,
                memory.memory(),
                ValueLayout.JAVA_BYTE,
                memory.writeOffset(),
                packet.length);
        var stoppedBefore = count(STOPS_ON_ITS_WAY_IN);
        var anyBefore = count(IN_OR_LATE_ON_ITS_WAY_OUT);
        peer().onRtp(packet.length, loop.time().nowNanos());
        assertThat(count(STOPS_ON_ITS_WAY_IN) - stoppedBefore)
                .as("fates on its way in of one packet")
                .isLessThanOrEqualTo(1);
        assertThat(count(IN_OR_LATE_ON_ITS_WAY_OUT) - anyBefore)
                .as("fates of one packet that came in")
                .isGreaterThanOrEqualTo(1);
        loop.afterCall();
    }

    /// An authentic compound RTCP packet has come.
    public void receiveRtcp(byte[] packet) {
        if (!ended) {
            var segment = MemorySegment.ofArray(packet);
            peer().onRtcp(segment, 0, packet.length, loop.time().nowNanos());
            loop.afterCall();
        }
    }

    private long count(Set<Fate> fates) {
        return fates.stream().mapToLong(loop.fates()::get).sum();
    }
}
