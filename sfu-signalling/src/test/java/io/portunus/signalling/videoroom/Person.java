// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Operator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Somebody with a client: one connection, one session, and the handle that is spoken through.
final class Person {
    private final CoreApi.Peer client;
    private final long session;
    private final long handle;
    private final List<JsonNode> later = new ArrayList<>();
    private long participant;

    Person(CoreApi.Peer client, String plugin) {
        this.client = client;
        session = client.newSession();
        handle = client.newHandle(session, plugin);
    }

    /// The id that the person has in its room.
    long participant() {
        return participant;
    }

    void participant(long given) {
        participant = given;
    }

    /// Sends a message and gives the plugin data that answers it: of the `success`, or of the event
    /// with its transaction, which has to come right behind the `ack`.
    JsonNode ask(String body, @Nullable String type, @Nullable String sdp) {
        var answer = answer(body, type, sdp);
        return answer.path("plugindata").path("data");
    }

    JsonNode ask(String body) {
        return ask(body, null, null);
    }

    /// The same with all that surrounds the plugin data.
    JsonNode answer(String body, @Nullable String type, @Nullable String sdp) {
        var jsep = (ObjectNode) CoreApi.json("{}");
        return answer(body, type == null ? null : jsep.put("type", type).put("sdp", sdp));
    }

    /// The same with a description as the API carries it, or null.
    JsonNode answer(String body, @Nullable ObjectNode jsep) {
        var message = (ObjectNode) CoreApi.json("{'janus':'message','transaction':'m'}");
        message.put("session_id", session).put("handle_id", handle);
        message.set("body", CoreApi.json(body));
        if (jsep != null) {
            message.set("jsep", jsep);
        }
        for (var next = client.heard(); next != null; next = client.heard()) {
            later.add(next);
        }
        client.say(message.toString());
        var first = client.heard();
        if (first == null) {
            throw new AssertionError("no answer to " + body);
        }
        if (!first.path("janus").asText().equals("ack")) {
            return first;
        }
        var others = new ArrayList<JsonNode>();
        for (var next = client.heard(); next != null; next = client.heard()) {
            if (next.path("transaction").asText().equals("m")) {
                later.addAll(others);
                return next;
            }
            others.add(next);
        }
        throw new AssertionError("nothing but an ack for " + body + "; meanwhile " + others);
    }

    /// What an operator sees of the handle.
    JsonNode described(Operator operator) {
        var facts = operator.handle(session, handle);
        if (facts == null) {
            throw new AssertionError("no such handle");
        }
        return facts.pluginSession().describe();
    }

    /// Everything told since the last look, shortened to what it says: plugin data, or the kind of
    /// a core notification with its reason.
    List<String> told() {
        for (var next = client.heard(); next != null; next = client.heard()) {
            later.add(next);
        }
        var texts = new ArrayList<String>();
        for (var event : later) {
            texts.add(
                    event.path("janus").asText().equals("event")
                            ? event.path("plugindata").path("data").toString().replace('"', '\'')
                            : event.path("janus").asText()
                                    + (event.has("reason")
                                            ? ": " + event.path("reason").asText()
                                            : ""));
        }
        later.clear();
        return texts;
    }

    /// The SDPs that came since the last look; whatever else came is forgotten.
    List<String> heardJseps() {
        for (var next = client.heard(); next != null; next = client.heard()) {
            later.add(next);
        }
        var sdps =
                later.stream()
                        .map(event -> event.path("jsep").path("sdp").asText())
                        .filter(sdp -> !sdp.isEmpty())
                        .toList();
        later.clear();
        return sdps;
    }

    /// Sends a message; the loop goes no further than to its reply.
    void post(String body) {
        var message = (ObjectNode) CoreApi.json("{'janus':'message','transaction':'m'}");
        message.put("session_id", session).put("handle_id", handle);
        message.set("body", CoreApi.json(body));
        client.post(message.toString());
    }

    /// Asks for the end of its connection, and takes the answer.
    void hangUp() {
        var request = (ObjectNode) CoreApi.json("{'janus':'hangup','transaction':'h'}");
        client.post(request.put("session_id", session).put("handle_id", handle).toString());
    }

    void vanish() {
        client.close();
    }

    /// Sends a message (with an offer, where it is a publisher's) and is gone before the answer.
    void startAndVanish(String body, String sdp) {
        var message = (ObjectNode) CoreApi.json("{'janus':'message','transaction':'m'}");
        message.put("session_id", session).put("handle_id", handle);
        message.set("body", CoreApi.json(body));
        if (body.contains("publisher")) {
            message.putObject("jsep").put("type", "offer").put("sdp", sdp);
        }
        client.sayAndClose(message.toString());
    }
}
