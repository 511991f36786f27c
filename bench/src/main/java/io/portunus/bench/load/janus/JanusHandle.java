// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.janus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/// One handle at the VideoRoom plugin. Thread-safe.
public final class JanusHandle {
    /// A publisher's id, or what the server answered to a description.
    public record Answer(JsonNode data, String sdp) {}

    private final JanusSession session;
    private final long id;

    JanusHandle(JanusSession session, long id) {
        this.session = session;
        this.id = id;
    }

    /// Creates a room without any limit on bandwidth.
    public void createRoom(long room, String secret, int publishers) {
        var body = body("create").put("room", room).put("secret", secret);
        body.put("description", "load").put("is_private", true).put("permanent", false);
        body.put("publishers", publishers).put("bitrate", 0);
        body.put("audiocodec", "opus").put("videocodec", "vp8");
        ask(body, "", "");
    }

    public void destroyRoom(long room, String secret) {
        ask(body("destroy").put("room", room).put("secret", secret), "", "");
    }

    /// Joins as a participant; the id by which others find what it publishes.
    public long joinAsPublisher(long room) {
        var joined = ask(body("join").put("ptype", "publisher").put("room", room), "", "");
        return joined.data().path("id").asLong();
    }

    /// Publishes; the server's answer.
    public String publish(String offer) {
        return ask(body("publish"), "offer", offer).sdp();
    }

    /// Subscribes to all that `feeds` publish; the server's offer.
    public String subscribe(long room, Collection<Long> feeds) {
        var body = body("join").put("ptype", "subscriber").put("room", room);
        var streams = body.putArray("streams");
        feeds.forEach(feed -> streams.addObject().put("feed", feed));
        return ask(body, "", "").sdp();
    }

    /// Answers the offer of [#subscribe].
    public void start(String answer) {
        ask(body("start"), "answer", answer);
    }

    /// Completes when the server says that media may flow; only then do others find it.
    public CompletableFuture<Boolean> up() {
        return session.up(id);
    }

    private static ObjectNode body(String request) {
        return JsonNodeFactory.instance.objectNode().put("request", request);
    }

    private Answer ask(ObjectNode body, String type, String sdp) {
        var request = JanusSession.request("message").put("handle_id", id);
        request.set("body", body);
        if (!type.isEmpty()) {
            // All candidates are in the description.
            request.putObject("jsep").put("type", type).put("sdp", sdp).put("trickle", false);
        }
        var answer = session.ask(request);
        var data = answer.path("plugindata").path("data");
        if (data.has("error")) {
            throw new ApiException(
                    "the server refuses " + body.path("request") + ": " + data.path("error"));
        }
        return new Answer(data, answer.path("jsep").path("sdp").asText(""));
    }
}
