// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.CoreApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client as the old HTTP-only library for Elixir is: it polls without end and without `maxev`,
/// takes every answer to be one object, and breaks on any event whose shape it does not know.
final class HttpCaller implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 5;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> broken = new CompletableFuture<>();
    private final long session;
    private int lastTransaction;
    private volatile boolean over;

    /// @param base where the API is, such as `http://127.0.0.1:8088/janus`
    HttpCaller(String base) {
        this.base = base;
        session = post("", "{'janus':'create'}").path("data").path("id").asLong();
        assertThat(session).isPositive();
        poll();
    }

    static JsonNode info(String base) {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(base + "/info")).build();
            return CoreApi.json(http.send(request, BodyHandlers.ofString()).body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    long session() {
        return session;
    }

    long attach(String plugin) {
        var reply = post("/" + session, "{'janus':'attach','plugin':'" + plugin + "'}");
        return reply.path("data").path("id").asLong();
    }

    JsonNode post(String path, String request) {
        var whole = (ObjectNode) CoreApi.json(request);
        whole.put("transaction", "t" + ++lastTransaction);
        try {
            // No content type is given at all.
            var answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(base + path))
                                    .POST(HttpRequest.BodyPublishers.ofString(whole.toString()))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            var reply = CoreApi.json(answer.body());
            assertThat(reply.path("transaction").asText()).isEqualTo("t" + lastTransaction);
            return reply;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no answer to " + request, e);
        }
    }

    /// The plugin's answer, which comes with the reply or by a poll.
    JsonNode message(long handle, String body, @Nullable String type, @Nullable String sdp) {
        var request = (ObjectNode) CoreApi.json("{'janus':'message'}");
        request.set("body", CoreApi.json(body));
        if (type != null) {
            request.putObject("jsep").put("type", type).put("sdp", sdp);
        }
        var reply = post("/" + session + "/" + handle, request.toString());
        if (reply.path("janus").asText().equals("success")) {
            assertThat(reply.path("sender").asLong()).isEqualTo(handle);
            return reply;
        }
        assertThat(reply.path("janus").asText()).as("the reply to %s", body).isEqualTo("ack");
        var transaction = reply.path("transaction").asText();
        return await(event -> event.path("transaction").asText().equals(transaction));
    }

    JsonNode ask(long handle, String body) {
        return message(handle, body, null, null).path("plugindata").path("data");
    }

    JsonNode awaitKind(String kind) {
        return await(event -> event.path("janus").asText().equals(kind));
    }

    /// The next event that is asked for; what comes before it is passed over.
    JsonNode await(Predicate<JsonNode> wanted) {
        try {
            while (true) {
                var event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError(
                            "nothing came for " + PATIENCE_SECONDS + " s; " + broken.getNow(""));
                }
                if (wanted.test(event)) {
                    return event;
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// What the poller broke on; empty while it goes on.
    String trouble() {
        return broken.getNow("");
    }

    /// The process is killed: all its connections break, the open poll among them.
    @Override
    public void close() {
        over = true;
        http.shutdownNow();
        http.close();
    }

    private void poll() {
        if (over) {
            return;
        }
        var request =
                HttpRequest.newBuilder(URI.create(base + "/" + session))
                        .timeout(Duration.ofMinutes(5))
                        .build();
        var _ =
                http.sendAsync(request, BodyHandlers.ofString())
                        .whenComplete((answer, trouble) -> {
                            if (trouble != null) {
                                broken.complete(trouble.toString());
                            } else if (answer.statusCode() != 200) {
                                broken.complete("status " + answer.statusCode());
                            } else {
                                take(CoreApi.json(answer.body()));
                                poll();
                            }
                        });
    }

    private void take(JsonNode event) {
        var needed =
                switch (event.path("janus").asText()) {
                    case "keepalive" -> Set.<String>of();
                    case "event" -> Set.of("session_id", "sender", "plugindata");
                    case "webrtcup", "detached", "hangup" -> Set.of("session_id", "sender");
                    case "media" -> Set.of("session_id", "sender", "type", "receiving");
                    case "slowlink" -> Set.of("session_id", "sender", "uplink");
                    default -> Set.of("an event that is known");
                };
        for (var name : needed) {
            if (!event.has(name)) {
                broken.complete(name + " is missing in " + event);
                return;
            }
        }
        if (!event.path("janus").asText().equals("keepalive")) {
            events.add(event);
        }
    }
}
