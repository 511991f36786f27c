// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.JanusHandle;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceSettings;
import io.portunus.transport.peer.PeerConnections;
import io.portunus.transport.srtp.SrtpCiphers;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the others are told when somebody goes, in whatever way, or in several at once: the table
/// of ARCHITECTURE.md, on the assembled server.
@Timeout(60)
class LeavingOverTheWireTest {
    /// Short for a test, long for a client that checks once a second.
    private static final IceSettings SHORT_LIVENESS =
            new IceSettings(Duration.ofSeconds(5), Duration.ofSeconds(30));

    /// In which way a publisher goes.
    enum End {
        DTLS_CLOSE,
        SILENCE,
        HANGUP,
        UNPUBLISH,
        LEAVE,
        DETACH,
        SESSION_DESTROYED,
        CONNECTION_CLOSED,
        CONNECTION_RESET,
        KICK,
        ROOM_DESTROYED;

        /// It stays a participant.
        static final Set<End> OF_THE_PEER = EnumSet.of(DTLS_CLOSE, SILENCE, HANGUP, UNPUBLISH);

        /// It is told nothing itself.
        static final Set<End> OF_THE_SESSION =
                EnumSet.of(DETACH, SESSION_DESTROYED, CONNECTION_CLOSED, CONNECTION_RESET);

        static final Set<End> OF_THE_CONNECTION = EnumSet.of(CONNECTION_CLOSED, CONNECTION_RESET);

        /// Of those after which nothing can be said over the connection any more.
        static final Set<End> WITHOUT_A_CONNECTION = EnumSet.of(DTLS_CLOSE, KICK, ROOM_DESTROYED);
    }

    private static House usual;

    /// Where silence soon is the end of a connection.
    private static House impatient;

    @BeforeAll
    static void start() {
        usual = new House(IceSettings.DEFAULT);
        impatient = new House(SHORT_LIVENESS);
    }

    @AfterAll
    static void stop() {
        usual.close();
        impatient.close();
    }

    /// A server with somebody who makes the rooms, and is in another one.
    private static final class House implements AutoCloseable {
        private final RunningServer server;
        private final JanusClient host;
        private final JanusHandle elsewhere;

        House(IceSettings liveness) {
            var random = new SecureRandom();
            var connections =
                    new PeerConnections(
                            DtlsIdentity.selfSigned(random),
                            liveness,
                            DtlsSettings.DEFAULT,
                            SrtpCiphers.BEST,
                            random);
            server = RunningServer.start(Map.of("MEDIA_LOOPS", "1"), connections::forLoop);
            host = server.client();
            elsewhere = host.attach();
            elsewhere.join(1234, 0);
        }

        long gauge(String name) {
            return server.whatIsThere().getOrDefault(name, -1L);
        }

        /// Whatever was asked of the media loop has been done and told when this returns.
        void catchUp() {
            elsewhere.ask("{\"request\":\"unpublish\"}");
        }

        @Override
        public void close() {
            host.close();
            server.close();
        }
    }

    /// A room with somebody who goes, somebody who receives what that one sends, and somebody who
    /// only hears what is told.
    private static final class Scene {
        private final House house;
        private final Map<String, Long> before;
        private final long room;
        private final JanusHandle witness;
        private final ScriptedPublisher leaver;
        private final ScriptedSubscriber subscriber;

        Scene(House house) {
            this.house = house;
            before = house.server.whatIsThere();
            room = house.server.newRoom(house.host);
            witness = house.host.attach();
            witness.join(room, 0);
            leaver = house.server.publisher(room);
            subscriber = new ScriptedSubscriber(house.host.attach(), room, leaver.id()).start();
            witness.awaitEventWith("publishers");
        }

        void happens(End end) {
            switch (end) {
                case DTLS_CLOSE -> leaver.media().close();
                case SILENCE -> leaver.media().vanish();
                case HANGUP -> leaver.handle().sendHangup();
                case UNPUBLISH -> leaver.handle().send("{\"request\":\"unpublish\"}");
                case LEAVE -> leaver.handle().send("{\"request\":\"leave\"}");
                case DETACH -> leaver.handle().sendDetach();
                case SESSION_DESTROYED -> leaver.client().destroySession();
                case CONNECTION_CLOSED -> leaver.client().close();
                case CONNECTION_RESET -> leaver.client().reset();
                case KICK ->
                        house.host
                                .handle()
                                .send(
                                        "{\"request\":\"kick\",\"room\":%d,\"id\":%d,\"secret\":\"s\"}"
                                                .formatted(room, leaver.id()));
                case ROOM_DESTROYED ->
                        house.host
                                .handle()
                                .send(
                                        "{\"request\":\"destroy\",\"room\":%d,\"secret\":\"s\"}"
                                                .formatted(room));
            }
        }

        List<String> toldOfTheLeaver() {
            return witness.toldAbout(leaver.id());
        }

        /// Waits until the room has told the witness this.
        void awaitTold(String what) {
            if (what.equals("destroyed")) {
                witness.await(message ->
                        message.path("plugindata")
                                .path("data")
                                .path("videoroom")
                                .asText()
                                .equals("destroyed"));
            } else {
                witness.awaitEventWith(what);
            }
            house.catchUp();
        }

        /// Everybody else goes too; then nothing may be left.
        void ends(boolean destroyed) throws IOException {
            leaver.client().close();
            leaver.close();
            RunningServer.await(
                    "participants",
                    () -> house.gauge("portunus_media_participants"),
                    now -> now <= before.getOrDefault("portunus_media_participants", -1L) + 1);
            house.catchUp();
            subscriber.close();
            subscriber.handle().sendDetach();
            witness.sendDetach();
            if (!destroyed) {
                happens(End.ROOM_DESTROYED);
            }
            house.server.awaitWhatIsThere(before);
            house.server.isForgotten(leaver.answer());
            house.server.isForgotten(subscriber.offer());
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void theOthersAreToldAsTheTableSays(End end) throws IOException {
        var scene = new Scene(end == End.SILENCE ? impatient : usual);
        scene.happens(end);

        var told =
                switch (end) {
                    case DTLS_CLOSE, SILENCE, HANGUP, UNPUBLISH -> List.of("unpublished");
                    case LEAVE -> List.of("leaving");
                    case DETACH, SESSION_DESTROYED, CONNECTION_CLOSED, CONNECTION_RESET ->
                            List.of("unpublished", "leaving");
                    case KICK -> List.of("kicked");
                    case ROOM_DESTROYED -> List.<String>of();
                };
        var destroyed = end == End.ROOM_DESTROYED;
        scene.awaitTold(destroyed ? "destroyed" : told.getLast());
        assertThat(scene.toldOfTheLeaver()).as("what is told to the others").isEqualTo(told);
        if (!End.OF_THE_SESSION.contains(end)) {
            var hangup = scene.leaver.handle().await("hangup");
            assertThat(hangup.path("reason").asText())
                    .as("why its connection ended, as its owner is told")
                    .isEqualTo(
                            switch (end) {
                                case DTLS_CLOSE -> "DTLS alert";
                                case SILENCE -> "ICE failed";
                                case HANGUP -> "Janus API";
                                default -> "Close PC";
                            });
        }
        if (end == End.KICK) {
            assertThat(scene.leaver.handle().awaitEventWith("leaving").toString())
                    .contains("\"leaving\":\"ok\"", "\"reason\":\"kicked\"");
        }
        if (destroyed) {
            scene.subscriber.handle().await("hangup");
        } else {
            isNotFedAnyMore(scene.subscriber);
        }
        if (End.OF_THE_PEER.contains(end)) {
            mayPublishAgain(scene);
        }
        scene.ends(destroyed);
    }

    private static void isNotFedAnyMore(ScriptedSubscriber subscriber) {
        var updated =
                subscriber
                        .handle()
                        .await(message ->
                                message.path("jsep").path("sdp").asText().contains("a=inactive"));
        assertThat(updated.path("plugindata").path("data").path("videoroom").asText())
                .isEqualTo("updated");
        assertThat(subscriber.handle().count("hangup"))
                .as("its own connection is not touched")
                .isZero();
    }

    private static void mayPublishAgain(Scene scene) {
        scene.leaver.publishAgain();
        var told = scene.witness.awaitEventWith("publishers");
        assertThat(told.toString()).contains("\"id\":" + scene.leaver.id());
    }

    static Stream<List<End>> ends() {
        var all = EnumSet.complementOf(EnumSet.of(End.SILENCE));
        var lists = new ArrayList<List<End>>();
        for (var first : all) {
            for (var second : all) {
                if (first != second && mayFollow(first, second)) {
                    lists.add(List.of(first, second));
                }
            }
        }
        lists.add(List.of(End.CONNECTION_RESET, End.DTLS_CLOSE, End.KICK));
        lists.add(List.of(End.KICK, End.DTLS_CLOSE, End.CONNECTION_RESET));
        lists.add(List.of(End.DTLS_CLOSE, End.KICK, End.CONNECTION_RESET));
        lists.add(List.of(End.UNPUBLISH, End.LEAVE, End.DETACH, End.SESSION_DESTROYED));
        lists.add(List.of(End.HANGUP, End.DTLS_CLOSE, End.CONNECTION_CLOSED, End.ROOM_DESTROYED));
        lists.add(List.of(End.KICK, End.ROOM_DESTROYED, End.LEAVE, End.DTLS_CLOSE, End.DETACH));
        return lists.stream();
    }

    private static boolean mayFollow(End first, End second) {
        return !End.OF_THE_CONNECTION.contains(first) || End.WITHOUT_A_CONNECTION.contains(second);
    }

    @ParameterizedTest
    @MethodSource("ends")
    void nothingIsToldTwiceWhateverHappensAtOnce(List<End> ends) throws IOException {
        var scene = new Scene(usual);
        ends.forEach(scene::happens);

        var destroyed = ends.contains(End.ROOM_DESTROYED);
        var stays = End.OF_THE_PEER.containsAll(ends);
        if (destroyed) {
            scene.awaitTold("destroyed");
        } else if (stays) {
            scene.awaitTold("unpublished");
            assertThat(scene.toldOfTheLeaver())
                    .as("what is told while it is still there")
                    .containsExactly("unpublished");
        }
        if (ends.stream().noneMatch(End.OF_THE_SESSION::contains)) {
            scene.leaver.handle().await("hangup");
            scene.house.catchUp();
        }
        scene.ends(destroyed);

        var told = scene.toldOfTheLeaver();
        if (destroyed) {
            assertThat(told)
                    .as("what is told, if anything, before the room is no more")
                    .isSubsetOf("unpublished", "leaving", "kicked")
                    .doesNotHaveDuplicates();
        } else if (ends.contains(End.KICK) || ends.contains(End.LEAVE)) {
            assertThat(told.getLast()).isIn("leaving", "kicked");
            assertThat(told.subList(0, told.size() - 1))
                    .as("what is told before it is %s", told.getLast())
                    .isSubsetOf("unpublished")
                    .doesNotHaveDuplicates();
        } else {
            assertThat(told).containsExactly("unpublished", "leaving");
        }
        isToldOnce(scene, destroyed);
    }

    private static void isToldOnce(Scene scene, boolean destroyed) {
        assertThat(scene.witness.countEvents("destroyed"))
                .as("how often the room was told to be destroyed")
                .isEqualTo(destroyed ? 1 : 0);
        var owner = scene.leaver.handle();
        assertThat(owner.count("hangup")).as("hangups").isLessThanOrEqualTo(1);
        assertThat(owner.countEvents("destroyed")).isLessThanOrEqualTo(1);
        var subscriber = scene.subscriber.handle();
        assertThat(subscriber.countEvents("updated"))
                .as("how often its subscriber was told that it is fed no more")
                .isBetween(destroyed ? 0L : 1L, 1L);
        assertThat(subscriber.countEvents("destroyed")).isEqualTo(destroyed ? 1 : 0);
    }

    /// In which way a subscriber goes.
    enum SubscriberEnd {
        DTLS_CLOSE("DTLS alert"),
        SILENCE("ICE failed"),
        HANGUP("Janus API"),
        LEAVE("Close PC"),
        DETACH(""),
        SESSION_DESTROYED(""),
        CONNECTION_RESET("");

        private final String reason;

        /// @param reason of the hangup that it is told, if any
        SubscriberEnd(String reason) {
            this.reason = reason;
        }

        void happensTo(ScriptedSubscriber subscriber) {
            switch (this) {
                case DTLS_CLOSE -> subscriber.media().close();
                case SILENCE -> subscriber.media().vanish();
                case HANGUP -> subscriber.handle().sendHangup();
                case LEAVE -> subscriber.handle().send("{\"request\":\"leave\"}");
                case DETACH -> subscriber.handle().sendDetach();
                case SESSION_DESTROYED -> subscriber.client().destroySession();
                case CONNECTION_RESET -> subscriber.client().reset();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SubscriberEnd.class)
    void aSubscriberThatGoesConcernsNobodyElse(SubscriberEnd end) throws Exception {
        var house = end == SubscriberEnd.SILENCE ? impatient : usual;
        var scene = new Scene(house);
        var before = house.server.whatIsThere();
        try (var another = house.server.subscriber(scene.leaver)) {
            end.happensTo(another);

            if (!end.reason.isEmpty()) {
                var hangup = another.handle().await("hangup");
                assertThat(hangup.path("reason").asText())
                        .as("why its connection ended, as it is told")
                        .isEqualTo(end.reason);
            }
            RunningServer.await(
                    "connections",
                    () -> house.gauge("portunus_media_peers"),
                    now -> now == before.getOrDefault("portunus_media_peers", -1L));
            another.client().close();
            house.server.awaitWhatIsThere(before);
            scene.leaver.send(scene.leaver.video(), 0);
            assertThat(scene.subscriber.awaitRtp().payload())
                    .as("media goes on to the others")
                    .isEqualTo(scene.leaver.video().payload(0));
            assertThat(scene.toldOfTheLeaver()).isEmpty();
            assertThat(scene.leaver.handle().count("hangup")).isZero();
        }
        scene.ends(false);
        assertThat(scene.toldOfTheLeaver()).containsExactly("unpublished", "leaving");
    }
}
