// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.deploy.testkit.JanusClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// How soon the others know of somebody whose connection broke, on the assembled server.
class VanishingTest {
    private static final long ROOM = 1234;
    private static final int ROUNDS = 11;
    private static final int PATIENCE_MILLIS = 10_000;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("row 8: a closed WebSocket is told to the others within a tenth of a second")
    void aClosedConnectionIsToldToTheOthersWithinATenthOfASecond() {
        assertThat(medianMillis(JanusClient::close))
                .as("milliseconds more until the others knew that somebody's connection was closed")
                .isLessThan(100);
    }

    @Test
    @DisplayName("row 8: a reset WebSocket is told to the others within a tenth of a second")
    void aResetConnectionIsToldToTheOthersWithinATenthOfASecond() {
        assertThat(medianMillis(JanusClient::reset))
                .as("milliseconds more until the others knew that somebody's connection was reset")
                .isLessThan(100);
    }

    @Test
    @DisplayName("row 9: a half-open WebSocket is gone within the ping limit")
    void aConnectionThatIsHalfOpenIsGoneOnceItAnswersNoPing() {
        var soon = Map.of("SIGNALLING_PING_SECONDS", "1", "SIGNALLING_PING_TIMEOUT_SECONDS", "1");
        try (var impatient = RunningServer.start(soon);
                var witness = impatient.client();
                var frozen = impatient.client()) {
            witness.join(ROOM, 0);
            var id = frozen.join(ROOM, 0);
            var from = System.nanoTime();

            frozen.freeze();

            var told = witness.awaitLeaving(id, PATIENCE_MILLIS);
            assertThat(TimeUnit.NANOSECONDS.toSeconds(told.atNanos() - from))
                    .as("seconds, with a ping each second and a second's patience")
                    .isLessThanOrEqualTo(4);
        }
    }

    @Test
    void aGhostMakesWayForItsOwnerAndALiveOneDoesNot() {
        try (var ghost = new JanusClient(server.address());
                var owner = new JanusClient(server.address())) {
            ghost.join(ROOM, 4_711);
            var taken =
                    owner.message(
                            "{\"request\":\"join\",\"ptype\":\"publisher\",\"room\":1234,\"id\":4711}");
            assertThat(taken.path("error_code").asInt())
                    .as("a live one keeps its id")
                    .isEqualTo(436);

            ghost.freeze();

            assertThat(owner.join(ROOM, 4_711)).isEqualTo(4_711);
        }
    }

    @Test
    void nothingIsLeftOfThoseWhoAreGone() throws Exception {
        var clients = new ArrayList<JanusClient>();
        try (var witness = new JanusClient(server.address())) {
            witness.join(ROOM, 0);
            var ids = new ArrayList<Long>();
            for (var i = 0; i < 50; i++) {
                var client = new JanusClient(server.address());
                clients.add(client);
                ids.add(client.join(ROOM, 0));
            }
            for (var i = 0; i < clients.size(); i++) {
                if (i % 2 == 0) {
                    clients.get(i).reset();
                } else {
                    clients.get(i).close();
                }
            }
            var told = new HashMap<Long, Integer>();
            while (told.size() < ids.size()) {
                var leaving =
                        witness.await(
                                message -> message.path("plugindata").path("data").has("leaving"),
                                PATIENCE_MILLIS);
                told.merge(
                        leaving.message().path("plugindata").path("data").path("leaving").asLong(),
                        1,
                        Integer::sum);
            }
            assertThat(told.keySet()).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(told.values()).as("each is told once").containsOnly(1);
            assertThat(server.metrics())
                    .contains("portunus_sessions 1.0")
                    .contains("portunus_handles 1.0");
        }
    }

    @Test
    void anOccupiedPortIsNamed() throws Exception {
        try (var occupied = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            var port = Integer.toString(occupied.getLocalPort());

            assertThatThrownBy(() -> RunningServer.start(Map.of("SIGNALLING_PORT", port)))
                    .hasMessageContaining("port " + port);
        }
    }

    /// How long the others take to hear of it, without what an answer of the room takes on a
    /// machine as busy as this one is.
    private static double medianMillis(Consumer<JanusClient> breaking) {
        var millis = new ArrayList<Double>();
        try (var witness = new JanusClient(server.address())) {
            witness.join(ROOM, 0);
            for (var round = 0; round < ROUNDS; round++) {
                var doomed = new JanusClient(server.address());
                var id = doomed.join(ROOM, 0);
                var answered = nanosToAnAnswer(witness);
                var from = System.nanoTime();
                breaking.accept(doomed);
                var told = witness.awaitLeaving(id, PATIENCE_MILLIS);
                millis.add((told.atNanos() - from - answered) / 1e6);
            }
        }
        millis.sort(null);
        System.out.println("told after (ms): " + millis);
        return millis.get(ROUNDS / 2);
    }

    /// Of the media loop, which knows that it publishes nothing.
    private static long nanosToAnAnswer(JanusClient client) {
        var from = System.nanoTime();
        client.message("{\"request\":\"unpublish\"}");
        return System.nanoTime() - from;
    }
}
