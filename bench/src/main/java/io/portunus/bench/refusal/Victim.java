// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.refusal;

import io.portunus.bench.load.client.Connection;
import io.portunus.bench.load.client.Media;
import io.portunus.bench.load.client.Network;
import io.portunus.bench.load.client.RemoteDescription;
import io.portunus.bench.load.udp.Address;
import io.portunus.bench.load.udp.UdpSocket;
import io.portunus.core.codec.Codec;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RemoteTransport;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.fate.Fate;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsRole;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceSettings;
import io.portunus.transport.loop.LocalAddress;
import io.portunus.transport.loop.LoopSettings;
import io.portunus.transport.loop.MediaLoops;
import io.portunus.transport.peer.PeerConnections;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import io.portunus.transport.udp.SocketKind;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A media loop with one connected publisher, by real ICE and DTLS over loopback.
final class Victim implements AutoCloseable {
    static final int SSRC = 0x1234;
    static final int PAYLOAD_TYPE = 96;

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final RoomId ROOM = new RoomId(1);
    private static final ParticipantId SOMEBODY = new ParticipantId("somebody");
    private static final PeerId PEER = new PeerId(1);
    private static final RoomSettings SETTINGS = new RoomSettings(10, 10, 0, 0, false, 100, 25);
    private static final int PATIENCE_SECONDS = 20;
    private static final String THREAD = "media-0";

    private final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    private final MediaLoops loops;
    private final Network network = new Network();
    private final Connection client;
    private final SrtpOutbound outbound;
    private final String ufrag;
    private final long address;
    private final long thread;

    Victim() throws InterruptedException {
        var random = new SecureRandom();
        var connections =
                new PeerConnections(
                        DtlsIdentity.selfSigned(random),
                        IceSettings.DEFAULT,
                        DtlsSettings.DEFAULT,
                        SrtpCiphers.BEST,
                        random);
        var settings =
                new LoopSettings(
                        0,
                        1,
                        List.of(new LocalAddress(LOOPBACK)),
                        LoopSettings.DEFAULT_BUFFER_BYTES,
                        LoopSettings.DEFAULT_BUFFER_BYTES,
                        LoopSettings.DEFAULT_PACKET_MEMORY_BYTES,
                        SocketKind.best(),
                        true);
        loops = MediaLoops.start(settings, connections::forLoop, events::add);
        network.start();
        send(new RoomCommand.Open(1, ROOM, SETTINGS));
        send(new RoomCommand.Join(2, ROOM, SOMEBODY));
        send(new PeerCommand.Open(3, PEER, ROOM));
        var local = next(PeerEvent.Opened.class).local();
        send(new RoomCommand.Publish(4, ROOM, SOMEBODY, PEER, plan()));
        client =
                new Connection(
                        network,
                        LOOPBACK,
                        true,
                        List.of(SrtpProfile.AEAD_AES_128_GCM),
                        new DeafMedia());
        connect(local);
        ufrag = local.ufrag();
        address = addressOf(local);
        outbound =
                Objects.requireNonNull(
                        client.outbound(SrtpCiphers.choose(SrtpCiphers.BEST)), "connected");
        thread = threadId();
    }

    private void connect(LocalTransport local) throws InterruptedException {
        var own = client.description();
        var fingerprint = new RemoteTransport.Fingerprint("sha-256", own.fingerprint());
        var remote = new RemoteTransport(own.ufrag(), own.password(), List.of(fingerprint), false);
        send(new PeerCommand.Accept(5, PEER, remote));
        client.connect(
                new RemoteDescription(
                        local.ufrag(),
                        local.password(),
                        "sha-256",
                        local.fingerprint(),
                        "passive",
                        true,
                        List.of(addressOf(local))),
                DtlsRole.CLIENT);
        try {
            client.connected().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the publisher is not connected", e);
        }
        next(RoomEvent.Published.class);
    }

    private static long addressOf(LocalTransport local) {
        return Address.of(LOOPBACK, local.candidates().getFirst().port());
    }

    private static MediaPlan plan() {
        var encoding = new MediaPlan.Encoding("", SSRC, -1);
        return new MediaPlan(
                List.of(
                        new MediaPlan.Line(
                                0,
                                "0",
                                true,
                                false,
                                Codec.VP8,
                                PAYLOAD_TYPE,
                                -1,
                                Set.of(),
                                ExtensionMap.NONE,
                                List.of(encoding))));
    }

    private void send(MediaCommand command) {
        if (!loops.send(0, command)) {
            throw new IllegalStateException("the loop takes no command");
        }
    }

    private <T extends MediaEvent> T next(Class<T> wanted) throws InterruptedException {
        while (true) {
            var event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new IllegalStateException("no " + wanted.getSimpleName());
            }
            if (wanted.isInstance(event)) {
                return wanted.cast(event);
            }
        }
    }

    private static long threadId() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(THREAD))
                .findFirst()
                .orElseThrow()
                .threadId();
    }

    /// Where it listens.
    long address() {
        return address;
    }

    /// Of the connection.
    String ufrag() {
        return ufrag;
    }

    /// What the publisher sends from.
    UdpSocket socket() {
        return client.socket();
    }

    /// With the publisher's key; for the thread that made this.
    SrtpOutbound outbound() {
        return outbound;
    }

    /// How many packets have met this fate.
    long count(Fate fate) {
        return loops.counters().getFirst().fates().get(fate);
    }

    /// Processor time of the loop.
    long nanos() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
    }

    @Override
    public void close() {
        network.close();
        loops.close();
    }

    /// What is sent to the publisher is not looked at.
    private static final class DeafMedia implements Media {
        @Override
        public void onRtp(
                Connection connection, MemorySegment memory, long at, int bytes, long receivedAt) {}

        @Override
        public void onRtcp(Connection connection, ByteBuffer packet, long nowNanos) {}

        @Override
        public void onTick(Connection connection, long nowNanos) {}
    }
}
