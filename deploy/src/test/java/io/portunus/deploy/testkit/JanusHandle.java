// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Predicate;

/// One handle of a client at the VideoRoom plugin. Thread-safe.
public final class JanusHandle {
    private final JanusClient client;
    private final long id;

    JanusHandle(JanusClient client, long id) {
        this.client = client;
        this.id = id;
    }

    /// Its id.
    public long id() {
        return id;
    }

    public JanusClient client() {
        return client;
    }

    /// Joins as a participant; the id that it was given.
    ///
    /// @param wanted the id that it asks for, or 0
    public long join(long room, long wanted) {
        var joined =
                ask(
                        "{\"request\":\"join\",\"ptype\":\"publisher\",\"room\":%d,\"id\":%d}"
                                .formatted(room, wanted));
        if (!joined.path("videoroom").asText().equals("joined")) {
            throw new AssertionError("not joined: " + joined);
        }
        return joined.path("id").asLong();
    }

    /// Sends a plugin message; the plugin data of the answer.
    public JsonNode ask(String body) {
        return askWhole(body).path("plugindata").path("data");
    }

    /// Sends a plugin message; the whole answer.
    public JsonNode askWhole(String body) {
        return client.ask(message(body));
    }

    /// Sends a plugin message with a description; the whole answer.
    ///
    /// @param type `offer` or `answer`
    public JsonNode ask(String body, String type, String sdp) {
        var message = message(body);
        message.putObject("jsep").put("type", type).put("sdp", sdp);
        return client.ask(message);
    }

    /// Sends a plugin message without waiting for the answer.
    public void send(String body) {
        client.send(message(body));
    }

    public void sendHangup() {
        client.send(request("hangup"));
    }

    public void sendDetach() {
        client.send(request("detach"));
    }

    private ObjectNode message(String body) {
        var message = request("message");
        message.set("body", JanusClient.json(body));
        return message;
    }

    private ObjectNode request(String verb) {
        return JanusClient.request(verb).put("handle_id", id);
    }

    /// Waits for something told to this handle; see [JanusClient#await].
    public JsonNode await(Predicate<JsonNode> wanted) {
        return client.await(
                        message -> isMine(message) && wanted.test(message),
                        JanusClient.PATIENCE_MILLIS)
                .message();
    }

    /// Waits for something of this kind, such as `webrtcup`.
    public JsonNode await(String kind) {
        return await(message -> message.path("janus").asText().equals(kind));
    }

    /// Waits for an event of the plugin that has this field.
    public JsonNode awaitEventWith(String field) {
        return await(message -> message.path("plugindata").path("data").has(field));
    }

    /// Everything that this handle was told so far.
    public List<JsonNode> told() {
        return client.told().stream().filter(this::isMine).toList();
    }

    /// What it was told about `who` in events of the plugin, such as `unpublished`, in order.
    public List<String> toldAbout(long who) {
        return told().stream()
                .map(message -> message.path("plugindata").path("data"))
                .flatMap(data ->
                        data.properties().stream()
                                .filter(field -> !field.getKey().equals("id"))
                                .filter(field -> field.getValue().asLong() == who)
                                .map(field -> field.getKey()))
                .toList();
    }

    /// How often it was told something of this kind.
    public long count(String kind) {
        return told().stream()
                .filter(message -> message.path("janus").asText().equals(kind))
                .count();
    }

    /// How often it was told an event of the plugin of this kind, such as `destroyed`.
    public long countEvents(String kind) {
        return told().stream()
                .map(message -> message.path("plugindata").path("data").path("videoroom"))
                .filter(told -> told.asText().equals(kind))
                .count();
    }

    private boolean isMine(JsonNode message) {
        return message.path("sender").asLong() == id;
    }
}
