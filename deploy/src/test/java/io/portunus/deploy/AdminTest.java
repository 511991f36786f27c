// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.JanusHandle;
import io.portunus.deploy.testkit.ScriptedPublisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The admin API of the assembled server, over HTTP and WebSocket, while calls go on.
class AdminTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PACKETS = 50;
    private static final long PACE_NANOS = 10_000_000;

    private static RunningServer server;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        server =
                RunningServer.start(
                        Map.of(
                                "ADMIN_SECRET",
                                "janusoverlord",
                                "ADMIN_HTTP_PORT",
                                "0",
                                "ADMIN_WEBSOCKET_PORT",
                                "0"));
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        http.close();
        server.close();
    }

    @Test
    void anOperatorSeesHowAPublisherIsConnected() {
        try (var client = server.client();
                var publisher = server.publisher(server.newRoom(client));
                var _ = server.subscriber(publisher)) {
            send(publisher);
            RunningServer.await(
                    "packets that came",
                    () -> info(publisher.handle()).at("/webrtc/dtls/stats/in/packets").asLong(),
                    came -> came == PACKETS);

            var info = info(publisher.handle());

            var plugin = info.path("plugin_specific");
            assertThat(plugin.path("type").asText()).isEqualTo("publisher");
            assertThat(plugin.path("room").asLong()).isEqualTo(publisher.room());
            assertThat(plugin.path("id").asLong()).isEqualTo(publisher.id());
            assertThat(plugin.at("/streams/1/codec").asText()).isEqualTo("vp8");
            assertThat(plugin.at("/streams/1/subscribers").asInt()).as("viewers").isEqualTo(1);
            assertThat(info.at("/flags/ready").asBoolean()).isTrue();
            assertThat(info.at("/flags/has-video").asBoolean()).isTrue();
            assertThat(info.path("ice-mode").asText()).isEqualTo("lite");
            assertThat(info.at("/sdps/remote").asText()).startsWith("v=0");
            assertThat(info.at("/sdps/local").asText()).contains("a=ice-lite");
            var webrtc = info.path("webrtc");
            assertThat(webrtc.at("/ice/state").asText()).isEqualTo("connected");
            assertThat(webrtc.at("/ice/selected-pair").asText())
                    .matches(
                            "127\\.0\\.0\\.1:\\d+ \\[host,udp] <-> 127\\.0\\.0\\.1:\\d+"
                                    + " \\[prflx,udp]");
            assertThat(webrtc.at("/dtls/dtls-state").asText()).isEqualTo("connected");
            assertThat(webrtc.at("/dtls/srtp-profile").asText()).isEqualTo("AEAD_AES_128_GCM");
            assertThat(webrtc.at("/dtls/remote-fingerprint-hash").asText()).isEqualTo("sha-256");
            var video = webrtc.at("/media/v");
            assertThat(video.at("/direction/recv").asBoolean()).isTrue();
            assertThat(video.at("/direction/send").asBoolean(true)).isFalse();
            assertThat(video.at("/codecs/codec").asText()).isEqualTo("vp8");
            assertThat(video.at("/ssrc/ssrc-peer").asLong()).isEqualTo(publisher.video().ssrc());
            assertThat(video.at("/ssrc/ssrc-peer-rtx").asLong())
                    .isEqualTo(publisher.video().ssrc() + 1);
            assertThat(video.at("/stats/in/packets").asLong()).isEqualTo(PACKETS);
            assertThat(video.at("/rtcp/main/lost").asInt(-1)).isZero();
            assertThat(ask(publisher.handle(), "handle_info", ",\"plugin_only\":true").path("info"))
                    .as("no more than was asked for")
                    .doesNotContain(webrtc);
        }
    }

    @Test
    void anOperatorSeesWhatAViewerGets() {
        try (var client = server.client();
                var publisher = server.publisher(server.newRoom(client));
                var viewer = server.subscriber(publisher)) {
            send(publisher);
            RunningServer.await(
                    "packets sent to the viewer",
                    () -> info(viewer.handle()).at("/webrtc/dtls/stats/out/packets").asLong(),
                    sent -> sent >= PACKETS);

            var info = info(viewer.handle());

            assertThat(info.at("/plugin_specific/type").asText()).isEqualTo("subscriber");
            assertThat(info.at("/plugin_specific/answered").asBoolean()).isTrue();
            assertThat(info.at("/plugin_specific/streams/1/feed_id").asLong())
                    .isEqualTo(publisher.id());
            var video = info.at("/webrtc/media/1");
            assertThat(video.at("/direction/send").asBoolean()).isTrue();
            assertThat(video.at("/ssrc/ssrc").asLong()).isPositive();
            assertThat(video.path("nack-queue-ms").asInt()).isEqualTo(1_000);
            assertThat(video.at("/stats/out/packets").asLong()).isGreaterThanOrEqualTo(PACKETS);
        }
    }

    @Test
    void anOperatorSeesWhatCameAndWentInTheLastSecond() {
        try (var client = server.client();
                var publisher = server.publisher(server.newRoom(client));
                var viewer = server.subscriber(publisher)) {
            send(publisher);
            var next = new AtomicLong(PACKETS);

            for (var where : List.of(publisher.handle(), viewer.handle())) {
                var stats =
                        where == publisher.handle()
                                ? "/webrtc/media/v/stats/in"
                                : "/webrtc/media/1/stats/out";
                // The two have seconds of their own, in each of which something is to come.
                RunningServer.await(
                        "bytes of the last second at " + stats,
                        () -> {
                            publisher.send(publisher.video(), next.getAndIncrement());
                            return info(where).at(stats + "/bytes_lastsec").asLong();
                        },
                        bytes -> bytes > 0);
                var seen = info(where).at(stats);
                assertThat(seen.path("bytes_lastsec").asLong())
                        .as("of all in %s", seen)
                        .isLessThanOrEqualTo(seen.path("bytes").asLong());
            }
            RunningServer.await(
                    "bytes of a second in which nothing came",
                    () ->
                            info(publisher.handle())
                                    .at("/webrtc/media/v/stats/in/bytes_lastsec")
                                    .asLong(-1),
                    bytes -> bytes == 0);
        }
    }

    @Test
    void aConnectionIsHungUpAndItsOwnerMayPublishAgain() {
        try (var witness = server.client();
                var publisher = server.publisher(server.newRoom(witness))) {
            witness.join(publisher.room(), 0);

            assertThat(ask(publisher.handle(), "hangup_webrtc", "").path("janus").asText())
                    .isEqualTo("success");

            assertThat(publisher.handle().await("hangup").path("reason").asText())
                    .as("what its owner is told")
                    .isEqualTo("Admin API");
            witness.handle().awaitEventWith("unpublished");
            publisher.publishAgain();
            witness.handle().awaitEventWith("publishers");
            assertThat(info(publisher.handle()).at("/flags/ready").asBoolean()).isTrue();
        }
    }

    @Test
    void aHandleIsDetachedAndASessionDestroyed() {
        try (var witness = server.client();
                var publisher = server.publisher(server.newRoom(witness));
                var second = server.publisher(publisher.room())) {
            witness.join(publisher.room(), 0);

            ask(publisher.handle(), "detach_handle", "");
            publisher.handle().await("detached");
            witness.awaitLeaving(publisher.id(), JanusClient.PATIENCE_MILLIS);
            ask("/" + second.client().session(), "destroy_session", "");
            witness.awaitLeaving(second.id(), JanusClient.PATIENCE_MILLIS);

            var sessions = new ArrayList<Long>();
            ask("", "list_sessions", "").path("sessions").forEach(id -> sessions.add(id.asLong()));
            assertThat(sessions)
                    .contains(witness.session(), publisher.client().session())
                    .doesNotContain(second.client().session());
            assertThat(ask("/" + publisher.client().session(), "list_handles", "").path("handles"))
                    .isEmpty();
        }
    }

    @Test
    void aRoomIsMadeWithoutASession() {
        var created =
                ask(
                        "",
                        "message_plugin",
                        ",\"plugin\":\"janus.plugin.videoroom\",\"request\":{\"request\":\"create\","
                                + "\"room\":77001,\"secret\":\"s\"}");
        var refused =
                ask(
                        "",
                        "message_plugin",
                        ",\"plugin\":\"janus.plugin.videoroom\",\"request\":{\"request\":\"destroy\","
                                + "\"room\":77001}");

        assertThat(created.at("/response/videoroom").asText()).isEqualTo("created");
        assertThat(refused.at("/response/error_code").asInt())
                .as("without the room's secret")
                .isEqualTo(429);
        try (var client = server.client()) {
            assertThat(client.join(77001, 0)).isPositive();
        }
    }

    @Test
    void theSameIsSpokenOverAWebSocket() throws Exception {
        var heard = new CompletableFuture<String>();
        var socket =
                http.newWebSocketBuilder()
                        .subprotocols("janus-admin-protocol")
                        .buildAsync(
                                URI.create(server.server().adminWebSocketAddress()),
                                new WebSocket.Listener() {
                                    @Override
                                    public CompletionStage<?> onText(
                                            WebSocket socket, CharSequence text, boolean last) {
                                        heard.complete(text.toString());
                                        return CompletableFuture.completedStage(null);
                                    }
                                })
                        .get(10, TimeUnit.SECONDS);
        socket.sendText(
                        "{\"janus\":\"get_status\",\"transaction\":\"w\",\"admin_secret\":\"janusoverlord\"}",
                        true)
                .get(10, TimeUnit.SECONDS);
        socket.request(1);

        var status = JSON.readTree(heard.get(10, TimeUnit.SECONDS));

        assertThat(socket.getSubprotocol()).isEqualTo("janus-admin-protocol");
        assertThat(status.at("/status/session_timeout").asInt()).isEqualTo(60);
        socket.abort();
    }

    @Test
    void neitherApiIsSpokenAtThePortOfTheOther() throws Exception {
        var web = URI.create(server.server().pageAddress());
        assertThat(send(web.resolve("/admin"), "POST", "{}").statusCode())
                .as("the admin API at the port of the page")
                .isNotEqualTo(200);
        var admin = URI.create(server.server().adminAddress());
        assertThat(send(admin.resolve("/janus"), "POST", "{}").statusCode())
                .as("the Janus API at the port of operators")
                .isEqualTo(403);
        assertThat(send(admin.resolve("/"), "GET", "").statusCode())
                .as("the page at the port of operators")
                .isEqualTo(403);
        for (var port :
                new int[] {
                    admin.getPort(), URI.create(server.server().adminWebSocketAddress()).getPort()
                }) {
            assertThat(upgrade(port, "janus-protocol")).as("port %s", port).contains(" 403 ");
        }
        assertThat(upgrade(URI.create(server.address()).getPort(), "janus-admin-protocol"))
                .contains(" 403 ");
    }

    @Test
    void questionsByGetNeedNoSecretAndOtherMethodsAreRefused() throws Exception {
        var admin = server.server().adminAddress();

        assertThat(JSON.readTree(send(URI.create(admin + "/info"), "GET", "").body()))
                .hasSizeGreaterThan(20);
        assertThat(send(URI.create(admin + "/ping"), "GET", "").body()).contains("pong");
        assertThat(send(URI.create(admin), "GET", "").statusCode()).isEqualTo(404);
        assertThat(send(URI.create(admin), "PUT", "").body()).contains("\"code\":450");
        assertThat(
                        post("", "{\"janus\":\"list_sessions\",\"transaction\":\"t\"}")
                                .at("/error/code")
                                .asInt())
                .isEqualTo(403);
    }

    @Test
    void withoutASecretThereIsNoSuchPort() {
        try (var closed = RunningServer.start(Map.of())) {
            assertThat(closed.server().adminAddress()).isEmpty();
            assertThat(String.join("\n", closed.server().addresses())).doesNotContain("admin");
        }
    }

    private static void send(ScriptedPublisher publisher) {
        for (var n = 0; n < PACKETS; n++) {
            publisher.send(publisher.video(), n);
        }
    }

    private static JsonNode info(JanusHandle handle) {
        return ask(handle, "handle_info", "").path("info");
    }

    private static JsonNode ask(JanusHandle handle, String verb, String more) {
        return ask("/" + handle.client().session() + "/" + handle.id(), verb, more);
    }

    private static JsonNode ask(String path, String verb, String more) {
        return post(
                path,
                "{\"janus\":\"%s\",\"transaction\":\"t\",\"admin_secret\":\"janusoverlord\"%s}"
                        .formatted(verb, more));
    }

    private static JsonNode post(String path, String body) {
        // The API takes 200 requests a second of one connection, and whoever looks how far things
        // have come asks as fast as it is answered.
        LockSupport.parkNanos(PACE_NANOS);
        try {
            var address = URI.create(server.server().adminAddress() + path);
            return JSON.readTree(send(address, "POST", body).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> send(URI address, String method, String body)
            throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(address)
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The first line of the answer to an upgrade.
    private static String upgrade(int port, String protocol) throws IOException {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(JanusClient.PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(
                            ("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                            + "Sec-WebSocket-Protocol: "
                                            + protocol
                                            + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(20), StandardCharsets.US_ASCII);
        }
    }
}
