// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.portunus.deploy.testkit.Rtp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the assembled server posts to a receiver of events about a real talk.
@Timeout(60)
class EventsOverTheWireTest {
    private static final int PACKETS = 30;
    private static final int PATIENCE_SECONDS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LinkedBlockingQueue<JsonNode> posted = new LinkedBlockingQueue<>();
    private final List<JsonNode> seen = new ArrayList<>();
    private HttpServer monitor;
    private RunningServer server;
    private boolean stopped;

    @BeforeEach
    void start() throws IOException {
        monitor = HttpServer.create(RunningServer.LOOPBACK, 0);
        monitor.createContext(
                "/",
                exchange -> {
                    var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
                    body.forEach(posted::add);
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        monitor.start();
        server =
                RunningServer.start(
                        Map.of(
                                "EVENTS_HANDLERS",
                                "[{name: test, url: 'http://127.0.0.1:"
                                        + monitor.getAddress().getPort()
                                        + "/', delay_millis: 10}]",
                                "SIGNALLING_SERVER_NAME",
                                "here"));
    }

    @AfterEach
    void stop() {
        stopServer();
        monitor.stop(0);
    }

    private void stopServer() {
        if (!stopped) {
            stopped = true;
            server.close();
        }
    }

    @Test
    void aTalkIsToldWithWhatWasReallySentAndReceived() throws InterruptedException {
        var started = await("started", event -> type(event) == 256);
        assertThat(started.path("emitter").asText()).isEqualTo("here");
        assertThat(started.path("subtype").asInt()).isOne();
        assertThat(started.path("timestamp").asLong() / 1_000)
                .as("microseconds since 1970")
                .isCloseTo(System.currentTimeMillis(), Offset.offset(60_000L));

        try (var host = server.client();
                var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher)) {
            for (var n = 0; n < PACKETS; n++) {
                publisher.send(publisher.video(), n);
            }
            var received = new ArrayList<Rtp>();
            while (received.size() < PACKETS) {
                received.add(subscriber.awaitRtp());
            }
            var connected = await("a connection", event -> type(event) == 128);
            var data = connected.path("event").path("data");
            assertThat(data.path("event").asText()).isEqualTo("connected");
            assertThat(data.path("ip").asText()).isEqualTo("127.0.0.1");
            assertThat(data.path("admin_api").isBoolean()).isTrue();

            var published =
                    await(
                            "published",
                            event -> plugin(event).path("event").asText().equals("published"));
            var handle = published.path("handle_id").asLong();
            assertThat(plugin(published).path("id").asLong()).isEqualTo(publisher.id());

            Predicate<JsonNode> his = event -> event.path("handle_id").asLong() == handle;
            assertThat(
                            await("jsep", his.and(e -> type(e) == 8))
                                    .path("event")
                                    .path("jsep")
                                    .path("sdp")
                                    .asText())
                    .startsWith("v=0");
            var pair = await("the selected pair", his.and(e -> webrtc(e, 4))).path("event");
            assertThat(pair.path("candidates").path("remote").path("address").asText())
                    .isEqualTo("127.0.0.1");
            assertThat(pair.path("candidates").path("local").path("port").asInt()).isPositive();
            await("ICE", his.and(e -> webrtc(e, 1) && says(e, "ice", "connected")));
            await("DTLS", his.and(e -> webrtc(e, 5) && says(e, "dtls", "trying")));
            await("DTLS", his.and(e -> webrtc(e, 5) && says(e, "dtls", "connected")));
            await("webrtcup", his.and(e -> webrtc(e, 6) && says(e, "connection", "webrtcup")));
            var receiving = await("media", his.and(e -> media(e, 1))).path("event");
            assertThat(receiving.path("media").asText()).isEqualTo("video");
            assertThat(receiving.path("receiving").asBoolean()).isTrue();

            isReceived(await("what is received", his.and(e -> counts(e, "packets-received"))));
            isSent(
                    await(
                            "what is sent",
                            e ->
                                    e.path("handle_id").asLong() != handle
                                            && counts(e, "packets-sent")),
                    received);
        }
        await(
                "hangup",
                e ->
                        webrtc(e, 6)
                                && says(e, "connection", "hangup")
                                && says(e, "reason", "DTLS alert"));
        await("destroyed", e -> type(e) == 1 && says(e, "name", "destroyed"));
        await(
                "disconnected",
                e ->
                        type(e) == 128
                                && e.path("event")
                                        .path("data")
                                        .path("event")
                                        .asText()
                                        .equals("disconnected"));
        assertThat(server.metrics())
                .contains("portunus_events_sent_total{handler=\"test\"}")
                .contains("portunus_events_dropped_total{handler=\"test\"} 0.0")
                .contains("portunus_events_queued{handler=\"test\"}");

        stopServer();
        await("shutdown", e -> type(e) == 256 && says(e, "status", "shutdown"));
    }

    private void isReceived(JsonNode event) {
        var body = event.path("event");
        assertThat(body.path("media").asText()).isEqualTo("video");
        assertThat(body.path("codec").asText()).isEqualTo("vp8");
        assertThat(body.path("base").asInt()).isEqualTo(90_000);
        assertThat(body.path("packets-received").asInt()).isEqualTo(PACKETS);
        assertThat(body.path("bytes-received").asInt()).isGreaterThan(PACKETS * 12);
        assertThat(body.path("lost").asInt()).isZero();
        assertThat(body.path("in-link-quality").asInt()).isEqualTo(100);
        assertThat(body.path("nacks-sent").asInt()).isZero();
    }

    private void isSent(JsonNode event, List<Rtp> received) {
        var body = event.path("event");
        assertThat(body.path("media").asText()).isEqualTo("video");
        assertThat(body.path("packets-sent").asInt()).isEqualTo(received.size());
        assertThat(body.path("bytes-sent").asInt()).isPositive();
        assertThat(body.path("nacks-received").asInt()).isZero();
        assertThat(body.has("lost-by-remote"))
                .as("nothing is told of what this subscriber never reported")
                .isFalse();
    }

    private static int type(JsonNode event) {
        return event.path("type").asInt();
    }

    private static boolean webrtc(JsonNode event, int subtype) {
        return type(event) == 16 && event.path("subtype").asInt() == subtype;
    }

    private static boolean media(JsonNode event, int subtype) {
        return type(event) == 32 && event.path("subtype").asInt() == subtype;
    }

    private static boolean counts(JsonNode event, String what) {
        return media(event, 3) && event.path("event").path(what).asInt() == PACKETS;
    }

    private static boolean says(JsonNode event, String name, String value) {
        return event.path("event").path(name).asText().equals(value);
    }

    private static JsonNode plugin(JsonNode event) {
        return event.path("event").path("data");
    }

    /// The first event ever posted that is `wanted`, as soon as it has come.
    private JsonNode await(String what, Predicate<JsonNode> wanted) throws InterruptedException {
        for (var event : seen) {
            if (wanted.test(event)) {
                return event;
            }
        }
        while (true) {
            var next = posted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no event tells of " + what + " among " + seen);
            }
            seen.add(next);
            if (wanted.test(next)) {
                return next;
            }
        }
    }
}
