// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.fate.Fate;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsRole;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceSettings;
import io.portunus.transport.loop.LocalAddress;
import io.portunus.transport.loop.LoopSettings;
import io.portunus.transport.loop.MediaLoops;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.srtp.SrtpProfile;
import io.portunus.transport.testkit.StunWriter;
import io.portunus.transport.testkit.WebRtcClient;
import io.portunus.transport.udp.SocketKind;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A scripted client against real media loops, over loopback.
@Timeout(120)
class EndToEndTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final RoomId ROOM = new RoomId(1);
    private static final PeerId PEER = new PeerId(1);
    private static final DtlsIdentity IDENTITY = DtlsIdentity.selfSigned(new SecureRandom());
    private static final IceSettings QUICK_TO_GIVE_UP =
            new IceSettings(Duration.ofSeconds(2), Duration.ofSeconds(2));

    private final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    private SrtpProfile echoed = SrtpProfile.AEAD_AES_128_GCM;
    private MediaLoops loops;

    EndToEndTest() {
        loops = start(IceSettings.DEFAULT);
    }

    private MediaLoops start(IceSettings patience) {
        var connections =
                new PeerConnections(
                        IDENTITY,
                        patience,
                        DtlsSettings.DEFAULT,
                        SrtpCiphers.BEST,
                        new SecureRandom());
        var settings =
                new LoopSettings(
                        0,
                        1,
                        List.of(new LocalAddress(InetAddress.ofLiteral("127.0.0.1"))),
                        LoopSettings.DEFAULT_BUFFER_BYTES,
                        LoopSettings.DEFAULT_BUFFER_BYTES,
                        LoopSettings.DEFAULT_PACKET_MEMORY_BYTES,
                        SocketKind.best(),
                        true);
        var started = MediaLoops.start(settings, () -> echoing(connections.forLoop()), events::add);
        var room = new RoomSettings(10, 10, 0, 0, false, 100, 25);
        started.send(0, new RoomCommand.Open(1, ROOM, room));
        return started;
    }

    /// From now on nobody who is silent is waited for long.
    private void givesUpQuickly() {
        loops.close();
        events.clear();
        loops = start(QUICK_TO_GIVE_UP);
    }

    private PeerFactory echoing(PeerFactory factory) {
        return new PeerFactory() {
            @Override
            public HostedPeer create(PeerId id, PeerHost host, long nowNanos) {
                return new EchoingPeer(id, echoed, factory, host, nowNanos);
            }

            @Override
            public void completePackets() {
                factory.completePackets();
            }

            @Override
            public String cipherProvider() {
                return factory.cipherProvider();
            }
        };
    }

    @AfterEach
    void stop() {
        loops.close();
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void mediaFlowsBothWaysWithEachProfile(SrtpProfile profile) throws InterruptedException {
        echoed = profile;
        try (var client = new WebRtcClient(DtlsRole.CLIENT, profile)) {
            connect(client);
            assertThat(client.awaitConnected(PATIENCE)).isEqualTo(profile);
            exchangesMedia(client, 65_530, 100);
            client.sendRtcp(ByteBuffer.allocate(8).putInt(0x80C9_0001).putInt(7).array());
            assertThat(client.nextRtcp(PATIENCE)).startsWith(0x80, 0xC9);
        }
        assertThat(next(PeerEvent.Closed.class))
                .isEqualTo(new PeerEvent.Closed(PEER, PeerEnd.DTLS_CLOSED));
    }

    @Test
    void aClientMayBePassiveInDtls() throws InterruptedException {
        try (var client = new WebRtcClient(DtlsRole.SERVER, SrtpProfile.values())) {
            connect(client);
            assertThat(client.awaitConnected(PATIENCE)).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
            exchangesMedia(client, 1, 10);
        }
    }

    @Test
    void aClientThatConnectsBeforeItsSdpArrivesIsWaitedFor() throws InterruptedException {
        try (var client = new WebRtcClient()) {
            client.connect(open());
            // The hello has certainly come when many are counted; then comes the SDP.
            while (fate(Fate.DTLS_RECEIVED) == 0) {
                assertThat(events.poll(10, TimeUnit.MILLISECONDS)).isNull();
            }
            accept(client);
            next(PeerEvent.Connected.class);
            client.awaitConnected(PATIENCE);
            exchangesMedia(client, 1, 10);
        }
    }

    @Test
    void closingTellsTheClientAtOnce() throws InterruptedException {
        try (var client = new WebRtcClient()) {
            connect(client);
            client.awaitConnected(PATIENCE);
            loops.send(0, new PeerCommand.Close(9, PEER, PeerEnd.HANGUP_ASKED));
            assertThat(client.awaitEnd(PATIENCE)).isEqualTo(PeerEnd.DTLS_CLOSED);
            assertThat(next(PeerEvent.Closed.class).end()).isEqualTo(PeerEnd.HANGUP_ASKED);
        }
    }

    @Test
    void mediaFollowsAClientToAnotherAddressThatAnswers() throws InterruptedException {
        try (var client = new WebRtcClient()) {
            connect(client);
            client.awaitConnected(PATIENCE);
            exchangesMedia(client, 1, 10);
            client.move(true);
            sendUntilMediaArrives(client, 20);
            exchangesMedia(client, 1_000, 10);
        }
    }

    @Test
    void mediaDoesNotFollowToAnAddressThatAnswersNoCheck() throws InterruptedException {
        try (var client = new WebRtcClient()) {
            connect(client);
            client.awaitConnected(PATIENCE);
            exchangesMedia(client, 1, 10);
            client.move(false);
            var answered = client.checksAnswered();
            while (client.checksAnswered() == answered) {
                assertThat(events.poll(10, TimeUnit.MILLISECONDS)).isNull();
            }
            client.sendRtp(rtp(20), 12, 20);
            assertThat(client.nextRtp(Duration.ofMillis(300)))
                    .as("media at an address that has not proven itself")
                    .isNull();
        }
    }

    @Test
    void nobodyElsesCheckTakesAConnectedClientsAddress() throws InterruptedException {
        try (var client = new WebRtcClient()) {
            connect(client);
            client.awaitConnected(PATIENCE);
            exchangesMedia(client, 1, 10);
            loops.send(0, new PeerCommand.Open(4, new PeerId(2), ROOM));
            var other = next(PeerEvent.Opened.class).local();
            // As if the other participant had forged the sender of its own check.
            var forged =
                    StunWriter.check(new byte[12], other.ufrag() + ":evil", true)
                            .integrity(other.password())
                            .fingerprint();
            client.send(forged.bytes());
            exchangesMedia(client, 20, 10);
        }
    }

    @Test
    void anIceRestartGoesUnnoticedByMedia() throws InterruptedException {
        try (var client = new WebRtcClient()) {
            connect(client);
            client.awaitConnected(PATIENCE);
            exchangesMedia(client, 1, 10);
            loops.send(0, new PeerCommand.RestartIce(5, PEER));
            var restarted = next(PeerEvent.Opened.class);
            assertThat(restarted.request()).isEqualTo(5);
            var answered = client.checksAnswered();
            client.connect(restarted.local());
            while (client.checksAnswered() == answered) {
                assertThat(events.poll(10, TimeUnit.MILLISECONDS)).isNull();
            }
            exchangesMedia(client, 20, 10);
        }
    }

    @Test
    void aClientThatVanishesIsGoneAfterItsTime() throws InterruptedException {
        givesUpQuickly();
        try (var client = new WebRtcClient()) {
            connect(client);
            client.awaitConnected(PATIENCE);
            client.vanish();
            assertThat(next(PeerEvent.Closed.class))
                    .isEqualTo(new PeerEvent.Closed(PEER, PeerEnd.ICE_FAILED));
        }
    }

    @Test
    void aClientThatNeverComesIsGivenUp() throws InterruptedException {
        givesUpQuickly();
        try (var client = new WebRtcClient()) {
            open();
            accept(client);
            assertThat(next(PeerEvent.Closed.class).end()).isEqualTo(PeerEnd.ICE_FAILED);
        }
    }

    @Test
    void aProbeTellsForHowLongNothingWasHeard() throws InterruptedException {
        try (var client = new WebRtcClient()) {
            connect(client);
            client.awaitConnected(PATIENCE);
            loops.send(0, new PeerCommand.Probe(6, PEER));
            var heard = next(PeerEvent.Heard.class);
            assertThat(heard.request()).isEqualTo(6);
            assertThat(heard.silentNanos()).isBetween(0L, PATIENCE.toNanos());
        }
    }

    private void connect(WebRtcClient client) throws InterruptedException {
        var local = open();
        accept(client);
        client.connect(local);
        next(PeerEvent.Connected.class);
    }

    private LocalTransport open() throws InterruptedException {
        next(RoomEvent.Done.class);
        loops.send(0, new PeerCommand.Open(2, PEER, ROOM));
        var opened = next(PeerEvent.Opened.class);
        assertThat(opened.local().fingerprint()).isEqualTo(IDENTITY.fingerprint());
        assertThat(opened.local().password()).hasSizeGreaterThanOrEqualTo(22);
        assertThat(opened.local().candidates()).hasSize(1);
        return opened.local();
    }

    private void accept(WebRtcClient client) {
        loops.send(0, new PeerCommand.Accept(3, PEER, client.description()));
    }

    private static void exchangesMedia(WebRtcClient client, int from, int packets)
            throws InterruptedException {
        for (var i = from; i < from + packets; i++) {
            if (i > 0xFFFF) {
                // The echo knows no roll-over counter.
                return;
            }
            var packet = rtp(i);
            client.sendRtp(packet, 12, i);
            assertThat(client.nextRtp(PATIENCE)).as("packet %d", i).isEqualTo(packet);
        }
    }

    /// What was on its way to the old address is lost, as on any network.
    private static void sendUntilMediaArrives(WebRtcClient client, int from)
            throws InterruptedException {
        byte @Nullable [] received = null;
        var next = from;
        for (; received == null; next++) {
            assertThat(next).as("packets sent in vain").isLessThan(from + 500);
            client.sendRtp(rtp(next), 12, next);
            received = client.nextRtp(Duration.ofMillis(20));
        }
        // When this one is back, no other is under way.
        var last = rtp(next);
        client.sendRtp(last, 12, next);
        while (!Arrays.equals(received, last)) {
            received = client.nextRtp(PATIENCE);
            assertThat(received).as("media at the new address").isNotNull();
        }
    }

    private static byte[] rtp(int sequence) {
        var packet = ByteBuffer.allocate(12 + sequence % 1_100);
        packet.put((byte) 0x80).put((byte) 111).putShort((short) sequence);
        packet.putInt(sequence * 960).putInt(0xCAFE);
        while (packet.hasRemaining()) {
            packet.put((byte) packet.position());
        }
        return packet.array();
    }

    private long fate(Fate fate) {
        return loops.counters().getFirst().fates().get(fate);
    }

    /// The next event, which must be of this kind.
    private <E extends MediaEvent> E next(Class<E> kind) throws InterruptedException {
        var event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).isInstanceOf(kind);
        return kind.cast(event);
    }
}
