// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.RunningServer;
import io.portunus.deploy.testkit.ClientSdp;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.Rtcp;
import io.portunus.deploy.testkit.Rtp;
import io.portunus.deploy.testkit.ScriptedMedia;
import io.portunus.deploy.testkit.ServerSdp;
import io.portunus.transport.testkit.WebRtcClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Somebody with a connection, a session and a handle of VideoRoom, who looks at every element that
/// surrounds what the plugin says. For one thread.
final class Person implements AutoCloseable {
    private static final String PLUGIN = "janus.plugin.videoroom";
    private static final int EXTENSION_BYTES = 8;
    private static final Duration PATIENCE = Duration.ofMillis(JanusClient.PATIENCE_MILLIS);

    private final Wire wire;
    private final Scene scene;
    private final long session;
    private final long handle;
    private final Deque<JsonNode> told = new ArrayDeque<>();
    private final SequencedMap<String, ScriptedMedia> streams = new LinkedHashMap<>();
    private WebRtcClient media = new WebRtcClient();
    private @Nullable ObjectNode joined;
    private @Nullable ServerSdp described;
    private int transactions;

    /// @param token what all requests carry; empty for none
    Person(RunningServer server, Scene scene, String token) {
        this.scene = scene;
        wire = new Wire(server.address(), token);
        session = wire.newSession();
        handle = wire.newHandle(session, PLUGIN);
        streams.put("a", ScriptedMedia.opus(109, (handle & 0xFFFF) | 0xA000_0000L));
        streams.put("v", ScriptedMedia.vp8(120, (handle & 0xFFFF) | 0xB000_0000L));
    }

    Wire wire() {
        return wire;
    }

    long session() {
        return session;
    }

    long handle() {
        return handle;
    }

    /// The streams that it publishes, by their mids; others may be added.
    SequencedMap<String, ScriptedMedia> streams() {
        return streams;
    }

    /// One of the streams that it publishes.
    ScriptedMedia stream(String mid) {
        return Objects.requireNonNull(streams.get(mid), mid);
    }

    WebRtcClient media() {
        return media;
    }

    /// What it was told when it joined.
    ObjectNode joined() {
        return Objects.requireNonNull(joined, "has not joined");
    }

    void joined(ObjectNode joined) {
        this.joined = joined;
    }

    /// What the server described last.
    ServerSdp described() {
        return Objects.requireNonNull(described, "the server has described nothing");
    }

    /// Sends a request to the plugin; what it answers.
    ObjectNode ask(String body) {
        return ask(body, null);
    }

    ObjectNode ask(String body, @Nullable ObjectNode jsep) {
        return data(answer(body, jsep));
    }

    /// Sends a request to the plugin; the whole answer. What else is told until then is kept.
    JsonNode answer(String body, @Nullable ObjectNode jsep) {
        var transaction = say(body, jsep);
        var acknowledged = false;
        for (; ; ) {
            var next = wire.next();
            if (!next.path("transaction").asText().equals(transaction)) {
                told.add(next);
            } else if (next.path("janus").asText().equals("ack")) {
                assertThat(next)
                        .isEqualTo(
                                Wire.object("{'janus':'ack'}")
                                        .put("session_id", session)
                                        .put("transaction", transaction));
                assertThat(acknowledged).as("a second ack").isFalse();
                acknowledged = true;
            } else {
                assertThat(next.path("janus").asText())
                        .as("what answers %s, acknowledged or not, in %s", body, next)
                        .isEqualTo(acknowledged ? "event" : "success");
                return next;
            }
        }
    }

    /// Sends a request to the plugin; its transaction.
    String say(String body, @Nullable ObjectNode jsep) {
        var transaction = "t" + ++transactions;
        var message = request("message").put("transaction", transaction);
        message.set("body", scene.json(body));
        if (jsep != null) {
            message.set("jsep", jsep);
        }
        wire.send(message);
        return transaction;
    }

    static ObjectNode jsep(String type, String sdp) {
        return Wire.object("{}").put("type", type).put("sdp", sdp);
    }

    /// Publishes and waits until media may flow; what it was answered.
    ObjectNode publish(String body) {
        var configured = offer(body);
        connect();
        awaitUp();
        return configured;
    }

    /// Offers its streams; what it was answered.
    ObjectNode offer(String body) {
        return offer(body, false);
    }

    /// @param encrypted whether end to end
    ObjectNode offer(String body, boolean encrypted) {
        var jsep = jsep("offer", offer());
        return offer(body, encrypted ? jsep.put("e2ee", true) : jsep);
    }

    ObjectNode offer(String body, ObjectNode jsep) {
        var answer = answer(body, jsep);
        describe(answer, "answer");
        return data(answer);
    }

    /// The description by which it offers its streams.
    String offer() {
        return ClientSdp.offer(media().description(), streams);
    }

    /// Begins to connect to what the server described last.
    void connect() {
        media().connect(described().transport());
    }

    /// Joins as a subscriber, or changes what it is subscribed to; what it was answered.
    ObjectNode subscribe(String body) {
        var answer = answer(body, null);
        describe(answer, "offer");
        return data(answer);
    }

    /// Answers the server's offer.
    void start() {
        var started =
                ask(
                        "{'request':'start','room':ROOM}",
                        jsep("answer", ClientSdp.answer(media().description(), described())));
        assertThat(started)
                .isEqualTo(scene.json("{'videoroom':'event','room':ROOM,'started':'ok'}"));
    }

    /// Waits until media may flow.
    void awaitUp() {
        assertThat(notified()).isEqualTo(notification("webrtcup"));
        media().awaitConnected(PATIENCE);
    }

    /// The connection was closed; the next one is another.
    void renewMedia() {
        media.close();
        media = new WebRtcClient();
    }

    /// Sends packet n of one of its streams.
    void send(ScriptedMedia stream, long n) {
        media().sendRtp(stream.packet(n), ScriptedMedia.HEADER_BYTES, stream.index(n));
    }

    /// The same with a header extension of one byte (RFC 8285 §4.2).
    void sendWithExtension(ScriptedMedia stream, long n, int id, int value) {
        var plain = ByteBuffer.wrap(stream.packet(n));
        var packet =
                ByteBuffer.allocate(plain.capacity() + EXTENSION_BYTES)
                        .put((byte) (plain.get() | 0x10))
                        .put(plain.slice(1, ScriptedMedia.HEADER_BYTES - 1))
                        .putInt(0xBEDE_0001)
                        .put((byte) (id << 4))
                        .put((byte) value)
                        .putShort((short) 0)
                        .put(plain.position(ScriptedMedia.HEADER_BYTES));
        media().sendRtp(
                        packet.array(),
                        ScriptedMedia.HEADER_BYTES + EXTENSION_BYTES,
                        stream.index(n));
    }

    /// The next packet of any stream, which must come.
    Rtp awaitRtp() throws InterruptedException {
        var packet = media().nextRtp(PATIENCE);
        if (packet == null) {
            throw new AssertionError("no media came to " + handle);
        }
        return new Rtp(packet);
    }

    /// Waits until it is asked for a key frame of one of its streams: whoever watches is known by
    /// then on the loop that it publishes on.
    void awaitKeyFrameRequest(ScriptedMedia stream) throws InterruptedException {
        for (var asked = false; !asked; ) {
            var compound = media().nextRtcp(PATIENCE);
            if (compound == null) {
                throw new AssertionError("nobody asked " + handle + " for a key frame");
            }
            asked =
                    Rtcp.parse(compound).stream()
                            .anyMatch(packet -> packet.asksForKeyFrame(stream.ssrc()));
        }
    }

    private void describe(JsonNode message, String type) {
        assertThat(message.at("/jsep/type").asText()).as("%s", message).isEqualTo(type);
        described = ServerSdp.parse(message.at("/jsep/sdp").asText());
    }

    /// What the plugin tells next without having been asked.
    ObjectNode told() {
        var next = next(true);
        if (next.has("jsep")) {
            describe(next, "offer");
        }
        return data(next);
    }

    /// What is told next that does not come from the plugin.
    JsonNode notified() {
        return next(false);
    }

    /// What is told next of either kind; the order within each is kept.
    private JsonNode next(boolean ofPlugin) {
        for (var kept : told) {
            if (kept.has("plugindata") == ofPlugin) {
                told.remove(kept);
                return kept;
            }
        }
        for (; ; ) {
            var next = wire.next();
            if (next.has("plugindata") == ofPlugin) {
                return next;
            }
            told.add(next);
        }
    }

    /// What was told until now is of no interest.
    void forget() {
        wire.heardSoFar();
        told.clear();
    }

    /// What was told until now and has not been looked at.
    List<JsonNode> toldSoFar() {
        told.addAll(wire.heardSoFar());
        return List.copyOf(told);
    }

    /// Nothing was told that has not been looked at.
    void isToldNothing(String description) {
        assertThat(toldSoFar()).as("what was told, %s", description).isEmpty();
    }

    /// A request about its handle.
    ObjectNode request(String verb) {
        return Wire.object("{}")
                .put("janus", verb)
                .put("transaction", "t")
                .put("session_id", session)
                .put("handle_id", handle);
    }

    /// What a notification about its handle looks like, without what is special.
    ObjectNode notification(String kind) {
        return Wire.object("{}")
                .put("janus", kind)
                .put("session_id", session)
                .put("sender", handle);
    }

    /// What the plugin says in `message`, whose surroundings are as they should be.
    private ObjectNode data(JsonNode message) {
        var around = (ObjectNode) message.deepCopy();
        around.remove("jsep");
        var data = (ObjectNode) ((ObjectNode) around.path("plugindata")).remove("data");
        var expected = notification(message.path("janus").asText());
        if (message.has("transaction")) {
            expected.put("transaction", "t" + transactions);
        }
        expected.putObject("plugindata").put("plugin", PLUGIN);
        assertThat(around).as("what surrounds the plugin's data").isEqualTo(expected);
        return data;
    }

    @Override
    public void close() {
        wire.close();
        media.close();
    }
}
