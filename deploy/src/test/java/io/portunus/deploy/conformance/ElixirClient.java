// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An HTTP client as back ends in Elixir have it: it polls for ever and without `maxev`, takes one
/// object each time, knows only certain shapes of events, and falls over any other. For one thread.
final class ElixirClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 10;
    private static final Set<String> KNOWN =
            Set.of("event", "webrtcup", "media", "slowlink", "hangup", "detached");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final long session;
    private final Thread poller;
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final List<JsonNode> passedOver = new ArrayList<>();
    private volatile @Nullable String fallen;
    private volatile boolean ended;
    private int transactions;

    /// @param base such as `http://localhost:8088/janus`
    ElixirClient(String base) {
        this.base = base;
        session = id(post("", "create", null));
        poller = Thread.ofVirtual().start(this::poll);
    }

    /// Attaches to VideoRoom; the handle.
    long attach() {
        var body = JSON.createObjectNode().put("plugin", "janus.plugin.videoroom");
        return id(post("/" + session, "attach", body));
    }

    /// A request that is answered at once: what is matched is `data`, or else `plugindata.data`.
    JsonNode call(long handle, String body) {
        var reply = message(handle, body, null);
        if (!reply.path("janus").asText().equals("success")) {
            throw new AssertionError("not a success: " + reply);
        }
        return reply.has("data") ? reply.path("data") : reply.at("/plugindata/data");
    }

    /// A request that is answered by an `ack`, and then by an event with its transaction.
    JsonNode cast(long handle, String body, @Nullable ObjectNode jsep) {
        var reply = message(handle, body, jsep);
        if (!reply.path("janus").asText().equals("ack")) {
            throw new AssertionError("not an ack: " + reply);
        }
        var transaction = reply.path("transaction").asText();
        return await(event -> event.path("transaction").asText().equals(transaction));
    }

    private JsonNode message(long handle, String body, @Nullable ObjectNode jsep) {
        var request = JSON.createObjectNode();
        request.set("body", Wire.json(body));
        if (jsep != null) {
            request.set("jsep", jsep);
        }
        return post("/" + session + "/" + handle, "message", request);
    }

    /// A verb about a handle, which has to give a success without data.
    void plain(long handle, String verb) {
        var reply = post("/" + session + "/" + handle, verb, null);
        var names = new TreeSet<String>();
        reply.fieldNames().forEachRemaining(names::add);
        if (!names.equals(Set.of("janus", "session_id", "transaction"))
                || !reply.path("janus").asText().equals("success")) {
            throw new AssertionError("not a plain success: " + reply);
        }
    }

    /// Sends a candidate, or that there are no more.
    void trickle(long handle, String candidate) {
        var request = JSON.createObjectNode();
        request.set("candidate", Wire.json(candidate));
        var reply = post("/" + session + "/" + handle, "trickle", request);
        if (!reply.path("janus").asText().equals("ack")) {
            throw new AssertionError("not an ack: " + reply);
        }
    }

    void destroy() {
        ended = true;
        post("/" + session, "destroy", null);
    }

    /// The next event that `wanted` accepts; those before it stay for later.
    JsonNode await(Predicate<JsonNode> wanted) {
        for (var i = 0; i < passedOver.size(); i++) {
            if (wanted.test(passedOver.get(i))) {
                return passedOver.remove(i);
            }
        }
        try {
            for (; ; ) {
                var event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (fallen != null) {
                    throw new AssertionError(fallen);
                }
                if (event == null) {
                    throw new AssertionError("nothing of the kind came, but " + passedOver);
                }
                if (wanted.test(event)) {
                    return event;
                }
                passedOver.add(event);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Checks that no event made it fall.
    void stands() {
        var why = fallen;
        if (why != null) {
            throw new AssertionError(why);
        }
    }

    private void poll() {
        try {
            while (!ended) {
                var answer =
                        http.send(
                                HttpRequest.newBuilder(URI.create(base + "/" + session)).build(),
                                BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    return;
                }
                onPolled(JSON.readTree(answer.body()));
            }
        } catch (IOException | InterruptedException | AssertionError e) {
            if (!ended) {
                fallen = "the poller fell: " + e.getMessage();
            }
        }
    }

    /// The shapes that it knows; anything else is a crash there.
    private void onPolled(JsonNode event) {
        if (!event.isObject()) {
            throw new AssertionError("not one object: " + event);
        }
        var kind = event.path("janus").asText();
        if (kind.equals("keepalive")) {
            return;
        }
        var isKnown =
                KNOWN.contains(kind)
                        && event.path("session_id").asLong() == session
                        && event.path("sender").isIntegralNumber()
                        && switch (kind) {
                            case "event" ->
                                    event.at("/plugindata/plugin").isTextual()
                                            && event.at("/plugindata/data").isObject();
                            case "media" ->
                                    Set.of("audio", "video").contains(event.path("type").asText())
                                            && event.path("receiving").isBoolean();
                            case "slowlink" ->
                                    event.path("uplink").isBoolean()
                                            && event.path("nacks").isIntegralNumber()
                                            && event.path("lost").isIntegralNumber();
                            case "hangup" -> event.path("reason").isTextual();
                            default -> true;
                        };
        if (!isKnown) {
            throw new AssertionError("an event of no known shape: " + event);
        }
        events.add(event);
    }

    private static long id(JsonNode reply) {
        var id = reply.at("/data/id");
        if (!id.isIntegralNumber()) {
            throw new AssertionError("no id in " + reply);
        }
        return id.asLong();
    }

    private JsonNode post(String path, String verb, @Nullable ObjectNode more) {
        var request = more == null ? JSON.createObjectNode() : more;
        request.put("janus", verb).put("transaction", "e" + ++transactions);
        try {
            var answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(base + path))
                                    .POST(BodyPublishers.ofString(request.toString()))
                                    .build(),
                            BodyHandlers.ofString());
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        ended = true;
        poller.interrupt();
        http.shutdownNow();
        http.close();
    }
}
