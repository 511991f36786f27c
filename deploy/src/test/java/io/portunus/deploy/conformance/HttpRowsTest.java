// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.portunus.deploy.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Rows 10 and 11: the API over HTTP. How long a poll waits by default, 30 s, is asserted in
/// virtual time by `HttpConformanceTest`; here it is one second.
class HttpRowsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "sesame";

    private static RunningServer server;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        server =
                RunningServer.start(
                        Map.of("HTTP_POLL_SECONDS", "1", "SIGNALLING_API_SECRET", SECRET));
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        http.close();
        server.close();
    }

    @Test
    @DisplayName("row 10: a poll brings one object, with maxev a list, and a sign of life")
    void row10() throws Exception {
        var session = create();
        var handle = attach(session);
        var poll = "/" + session + "?apisecret=" + SECRET;

        var from = System.nanoTime();
        assertThat(get(poll).body()).isEqualTo("{\"janus\":\"keepalive\"}");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from))
                .as("milliseconds without an event")
                .isBetween(900L, 5_000L);
        assertThat(JSON.readTree(get(poll + "&maxev=5").body()))
                .as("with maxev")
                .isEqualTo(Wire.json("[{'janus':'keepalive'}]"));

        ask(session, handle, "{'audio':true}");
        var one = JSON.readTree(get(poll).body());
        assertThat(one.path("janus").asText()).as("%s", one).isEqualTo("event");
        assertThat(one.path("sender").asLong()).isEqualTo(handle);
        ask(session, handle, "{'audio':true}");
        ask(session, handle, "{'video':true}");
        var all = JSON.readTree(get(poll + "&maxev=5").body());
        assertThat(all.isArray()).isTrue();
        var count = all.size();
        while (count < 2) {
            count += JSON.readTree(get(poll + "&maxev=5").body()).size();
        }
        assertThat(count).as("events in lists").isEqualTo(2);

        assertThat(get("/" + session).statusCode()).as("without the secret").isEqualTo(403);
        assertThat(get("/" + session + "?apisecret=x").statusCode()).isEqualTo(403);
        assertThat(get("/5?apisecret=" + SECRET).statusCode()).as("no session").isEqualTo(404);
        var waiting = CompletableFuture.supplyAsync(() -> get(poll).statusCode());
        post("/" + session, "{'janus':'destroy','transaction':'d','apisecret':'sesame'}");
        assertThat(waiting.get(10, TimeUnit.SECONDS))
                .as("a poll whose session is destroyed, or that came too late")
                .isIn(200, 404);
        assertThat(get(poll).statusCode()).as("after destroy").isEqualTo(404);
    }

    @Test
    @DisplayName("row 11: a pre-flight echoes the requested method and headers")
    void row11() throws Exception {
        var answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(base()))
                                .method("OPTIONS", BodyPublishers.noBody())
                                .header("Origin", "https://app.example.org")
                                .header("Access-Control-Request-Method", "POST")
                                .header("Access-Control-Request-Headers", "content-type,x-mine")
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        var headers = answer.headers();
        assertThat(headers.firstValue("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(headers.firstValue("Access-Control-Allow-Methods")).hasValue("POST");
        assertThat(headers.firstValue("Access-Control-Allow-Headers"))
                .hasValue("content-type,x-mine");
        assertThat(headers.firstValue("Access-Control-Max-Age")).hasValue("86400");
    }

    @Test
    @DisplayName("row 2 over HTTP: paths name session and handle, and may not contradict the body")
    void row02() {
        var session = create();
        var handle = attach(session);

        assertThat(
                        post(
                                "/" + session,
                                "{'janus':'keepalive','transaction':'k','apisecret':'sesame'}"))
                .isEqualTo(
                        Wire.json(
                                "{'janus':'ack','session_id':%d,'transaction':'k'}"
                                        .formatted(session)));
        var conflict =
                post(
                        "/" + session + "/" + handle,
                        "{'janus':'hangup','transaction':'k','handle_id':1,'apisecret':'sesame'}");
        assertThat(conflict.at("/error/code").asInt()).isEqualTo(457);
        assertThat(conflict.at("/error/reason").asText())
                .isEqualTo("Conflicting handle ID (payload and path)");
    }

    private static long create() {
        return post("", "{'janus':'create','transaction':'c','apisecret':'sesame'}")
                .at("/data/id")
                .asLong();
    }

    private static long attach(long session) {
        return post(
                        "/" + session,
                        "{'janus':'attach','plugin':'janus.plugin.echotest','transaction':'a',"
                                + "'apisecret':'sesame'}")
                .at("/data/id")
                .asLong();
    }

    private static void ask(long session, long handle, String body) {
        var reply =
                post(
                        "/" + session + "/" + handle,
                        "{'janus':'message','transaction':'m','apisecret':'sesame','body':%s}"
                                .formatted(body));
        assertThat(reply.path("janus").asText()).as("%s", reply).isEqualTo("ack");
    }

    private static JsonNode post(String path, String body) {
        try {
            return JSON.readTree(
                    send(HttpRequest.newBuilder(URI.create(base() + path))
                                    .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                                    .header("Content-Type", "text/plain"))
                            .body());
        } catch (IOException e) {
            throw new AssertionError("what was answered is no JSON", e);
        }
    }

    private static HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(base() + path)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String base() {
        return server.server().pageAddress() + "janus";
    }
}
