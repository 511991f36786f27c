// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.Rtp;
import io.portunus.deploy.testkit.ScriptedMedia;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceSettings;
import io.portunus.transport.peer.PeerConnections;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.testkit.FaultyPeers;
import io.portunus.transport.testkit.FaultyPeers.Failure;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A fault of our own in one connection or room of the assembled server is its clients' alone.
@Timeout(60)
class FaultIsolationTest {
    private static final long ROOM_OF_THE_CONFIGURATION = 1234;
    private static final AtomicBoolean FAILS_TO_CLOSE = new AtomicBoolean();

    private static RunningServer server;
    private static JanusClient host;

    @BeforeAll
    static void start() {
        var random = new SecureRandom();
        var connections =
                new PeerConnections(
                        DtlsIdentity.selfSigned(random),
                        IceSettings.DEFAULT,
                        DtlsSettings.DEFAULT,
                        SrtpCiphers.BEST,
                        random);
        // One loop, so that everybody is where the fault happens.
        server =
                RunningServer.start(
                        Map.of("MEDIA_LOOPS", "1"),
                        () -> new FaultyPeers(connections.forLoop(), FAILS_TO_CLOSE));
        host = server.client();
    }

    @AfterAll
    static void stop() {
        host.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void aFaultInOneConnectionEndsItAndNothingElse(Failure failure) throws InterruptedException {
        var room = server.newRoom(host);
        try (var unlucky = server.publisher(room);
                var neighbour = server.publisher(room);
                var stranger = server.publisher(server.newRoom(host));
                var ofNeighbour = server.subscriber(neighbour);
                var ofStranger = server.subscriber(stranger);
                var ofUnlucky = server.subscriber(unlucky)) {
            var faults = server.count(Fate.FAULT);
            exchange(neighbour, ofNeighbour, 0, 50);
            exchange(stranger, ofStranger, 0, 50);
            exchange(unlucky, ofUnlucky, 0, 10);

            fail(unlucky, failure);
            exchange(neighbour, ofNeighbour, 50, 50);
            exchange(stranger, ofStranger, 50, 50);

            var hangup = unlucky.handle().await("hangup");
            assertThat(hangup.path("reason").asText()).isEqualTo("Internal error");
            assertThat(neighbour.handle().awaitEventWith("unpublished").toString())
                    .contains("\"unpublished\":" + unlucky.id());
            assertThat(server.count(Fate.FAULT) - faults).as("faults counted").isEqualTo(1);

            unlucky.publishAgain();
            try (var again = server.subscriber(unlucky)) {
                exchange(unlucky, again, 0, 10);
            }
            exchange(neighbour, ofNeighbour, 100, 50);
            exchange(stranger, ofStranger, 100, 50);
            for (var other : List.of(neighbour.handle(), stranger.handle(), ofNeighbour.handle())) {
                assertThat(other.count("hangup")).as("hangups of the others").isZero();
            }
            assertThat(neighbour.handle().toldAbout(unlucky.id())).containsExactly("unpublished");
        }
    }

    @Test
    void aFaultInOneRoomEndsItAndItsPeopleMayStartAgain() throws InterruptedException {
        try (var stranger = server.publisher(server.newRoom(host));
                var ofStranger = server.subscriber(stranger);
                var unlucky = server.publisher(ROOM_OF_THE_CONFIGURATION);
                var neighbour = server.publisher(ROOM_OF_THE_CONFIGURATION);
                var ofNeighbour = server.subscriber(neighbour)) {
            exchange(stranger, ofStranger, 0, 50);
            exchange(neighbour, ofNeighbour, 0, 50);

            FAILS_TO_CLOSE.set(true);
            unlucky.handle().send("{\"request\":\"unpublish\"}");

            for (var handle : List.of(unlucky.handle(), neighbour.handle(), ofNeighbour.handle())) {
                assertThat(handle.await("hangup").path("reason").asText())
                        .isEqualTo("Internal error");
                assertThat(handle.countEvents("destroyed"))
                        .as("how often they were told that the room is no more")
                        .isEqualTo(1);
            }
            exchange(stranger, ofStranger, 50, 50);
            try (var again = server.publisher(ROOM_OF_THE_CONFIGURATION);
                    var ofAgain = server.subscriber(again)) {
                exchange(again, ofAgain, 0, 10);
            }
            assertThat(stranger.handle().count("hangup")).isZero();
            assertThat(ofStranger.handle().count("hangup")).isZero();
        }
    }

    private static void fail(ScriptedPublisher publisher, Failure failure) {
        var packet = publisher.video().packet(10);
        packet[1] = (byte) failure.payloadType();
        publisher.media().sendRtp(packet, ScriptedMedia.HEADER_BYTES, publisher.video().index(10));
    }

    /// Nothing may be missing between one exchange and the next.
    private static void exchange(
            ScriptedPublisher from, ScriptedSubscriber to, int first, int packets)
            throws InterruptedException {
        Rtp before = null;
        for (var n = first; n < first + packets; n++) {
            from.send(from.video(), n);
            var packet = to.awaitRtp();
            assertThat(packet.payload())
                    .as("packet %d of participant %d", n, from.id())
                    .isEqualTo(from.video().payload(n));
            if (before != null) {
                assertThat(packet.sequence()).isEqualTo((before.sequence() + 1) & 0xFFFF);
            }
            before = packet;
        }
    }
}
