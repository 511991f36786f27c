// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
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
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.srtp.SrtpProfile;
import io.portunus.transport.testkit.WebRtcClient;
import io.portunus.transport.udp.SocketKind;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One client's media through a room to another client, over loopback and under encryption.
@Timeout(120)
class RoomOverTheWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final RoomId ROOM = new RoomId(1);
    private static final ParticipantId ALICE = new ParticipantId("alice");
    private static final PeerId PUBLISHER = new PeerId(1);
    private static final PeerId SUBSCRIBER = new PeerId(2);
    private static final int PUBLISHED_SSRC = 0x0102_0304;
    private static final int PAYLOAD_BYTES = 120;
    private static final long FIRST = 0xFFD8;
    private static final int PACKETS = 80;

    private final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    private final MediaLoops loops;

    RoomOverTheWireTest() {
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
                        2,
                        List.of(new LocalAddress(InetAddress.ofLiteral("127.0.0.1"))),
                        LoopSettings.DEFAULT_BUFFER_BYTES,
                        LoopSettings.DEFAULT_BUFFER_BYTES,
                        LoopSettings.DEFAULT_PACKET_MEMORY_BYTES,
                        SocketKind.best(),
                        true);
        loops = MediaLoops.start(settings, connections::forLoop, events::add);
    }

    @AfterEach
    void stop() {
        loops.close();
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void whatOneClientPublishesAnotherReceives(SrtpProfile profile) throws InterruptedException {
        publishAndReceive(profile, 0);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void whoeverIsOnAnotherLoopReceivesItToo(SrtpProfile profile) throws InterruptedException {
        publishAndReceive(profile, 1);
        assertThat(loops.counters().getFirst().fates().get(Fate.PIPED))
                .as("packets that crossed to the other loop")
                .isEqualTo(PACKETS);
    }

    /// @param loop where the subscriber is
    private void publishAndReceive(SrtpProfile profile, int loop) throws InterruptedException {
        try (var publisher = new WebRtcClient(DtlsRole.CLIENT, profile);
                var subscriber = new WebRtcClient(DtlsRole.CLIENT, SrtpProfile.values())) {
            publish(publisher);
            var ssrc = subscribe(subscriber, loop);
            assertThat(publisher.awaitConnected(PATIENCE)).isEqualTo(profile);
            subscriber.awaitConnected(PATIENCE);

            // The publisher's sequence numbers wrap on the way.
            for (var index = FIRST; index < FIRST + PACKETS; index++) {
                publisher.sendRtp(opus(index), 12, index);
                var received = subscriber.nextRtp(PATIENCE);
                assertThat(received).as("packet %x", index).isNotNull();
                var packet = ByteBuffer.wrap(Objects.requireNonNull(received));
                assertThat(packet.getInt(8)).isEqualTo((int) ssrc);
                assertThat(payloadOf(packet.array())).isEqualTo(payloadOf(opus(index)));
            }
        }
    }

    /// What arrives in one batch leaves in one, with tags that may have been computed together.
    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void aBurstReachesASubscriberWhole(SrtpProfile profile) throws InterruptedException {
        try (var publisher = new WebRtcClient(DtlsRole.CLIENT, profile);
                var subscriber = new WebRtcClient(DtlsRole.CLIENT, profile)) {
            publish(publisher);
            subscribe(subscriber, 0);
            publisher.awaitConnected(PATIENCE);
            assertThat(subscriber.awaitConnected(PATIENCE)).isEqualTo(profile);

            for (var index = 0L; index < 60; index++) {
                publisher.sendRtp(opus(index), 12, index);
            }

            for (var index = 0L; index < 60; index++) {
                var received = subscriber.nextRtp(PATIENCE);
                assertThat(received).as("packet %d", index).isNotNull();
                assertThat(payloadOf(Objects.requireNonNull(received)))
                        .isEqualTo(payloadOf(opus(index)));
            }
        }
    }

    private void publish(WebRtcClient client) throws InterruptedException {
        send(new RoomCommand.Open(1, ROOM, new RoomSettings(10, 10, 0, 0, false, 100, 25)));
        next(RoomEvent.Done.class);
        send(new RoomCommand.Join(2, ROOM, ALICE));
        next(RoomEvent.Joined.class);
        var local = open(PUBLISHER, 0);
        send(new RoomCommand.Publish(3, ROOM, ALICE, PUBLISHER, plan(true)));
        next(RoomEvent.Done.class);
        connect(client, PUBLISHER, local, 0);
        next(RoomEvent.Published.class);
        next(PeerEvent.Connected.class);
    }

    /// The SSRC that the subscriber is to receive.
    private long subscribe(WebRtcClient client, int loop) throws InterruptedException {
        send(new RoomCommand.Extend(4, ROOM, loop));
        next(RoomEvent.Done.class);
        var local = open(SUBSCRIBER, loop);
        var feed = new RoomCommand.Feed(0, ALICE, "0");
        send(new RoomCommand.Subscribe(5, ROOM, SUBSCRIBER, List.of(feed)), loop);
        var ssrc = next(RoomEvent.Subscribed.class).slots().getFirst().ssrc();
        // What the other loop wants has reached the room's own when that answers something later.
        send(new RoomCommand.Extend(9, ROOM, loop));
        next(RoomEvent.Done.class);
        send(new RoomCommand.Plan(6, ROOM, SUBSCRIBER, plan(false)), loop);
        next(RoomEvent.Done.class);
        connect(client, SUBSCRIBER, local, loop);
        next(PeerEvent.Connected.class);
        return ssrc;
    }

    private LocalTransport open(PeerId peer, int loop) throws InterruptedException {
        send(new PeerCommand.Open(7, peer, ROOM), loop);
        return next(PeerEvent.Opened.class).local();
    }

    private void connect(WebRtcClient client, PeerId peer, LocalTransport local, int loop) {
        send(new PeerCommand.Accept(8, peer, client.description()), loop);
        client.connect(local);
    }

    private static MediaPlan plan(boolean receives) {
        var encoding = new MediaPlan.Encoding("", PUBLISHED_SSRC, -1);
        var line =
                new MediaPlan.Line(
                        0,
                        "0",
                        receives,
                        !receives,
                        Codec.OPUS,
                        111,
                        -1,
                        Set.of(),
                        ExtensionMap.NONE,
                        receives ? List.of(encoding) : List.of());
        return new MediaPlan(List.of(line));
    }

    private static byte[] opus(long index) {
        var packet = ByteBuffer.allocate(12 + PAYLOAD_BYTES);
        packet.put((byte) 0x80).put((byte) 111).putShort((short) index);
        packet.putInt((int) (index * 960)).putInt(PUBLISHED_SSRC);
        while (packet.hasRemaining()) {
            packet.put((byte) (packet.position() * index));
        }
        return packet.array();
    }

    private static byte[] payloadOf(byte[] packet) {
        return Arrays.copyOfRange(packet, packet.length - PAYLOAD_BYTES, packet.length);
    }

    private void send(RoomCommand command) {
        send(command, 0);
    }

    private void send(MediaCommand command, int loop) {
        assertThat(loops.send(loop, command)).isTrue();
    }

    /// The next event, which must be of this kind.
    private <E extends MediaEvent> E next(Class<E> kind) throws InterruptedException {
        var event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).isInstanceOf(kind);
        return kind.cast(event);
    }
}
