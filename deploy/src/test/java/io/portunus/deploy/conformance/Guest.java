// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.testkit.ClientSdp;
import io.portunus.deploy.testkit.ScriptedMedia;
import io.portunus.deploy.testkit.ServerSdp;
import io.portunus.transport.testkit.WebRtcClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Somebody at the VideoRoom plugin with a connection of its own. Ids are written `#7` and stand
/// for an integer, or for a text where ids are text. For one thread.
final class Guest implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("#([0-9]+)");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Wire wire;
    private final boolean stringIds;
    private final long session;
    private final long handle;
    private WebRtcClient media = new WebRtcClient();
    private @Nullable ServerSdp description;

    Guest(String address, boolean stringIds) {
        wire = new Wire(address);
        this.stringIds = stringIds;
        session = wire.newSession();
        handle = wire.newHandle(session, "janus.plugin.videoroom");
    }

    /// `text` with its ids as JSON has them.
    static String ids(String text, boolean stringIds) {
        return ID.matcher(text).replaceAll(stringIds ? "'id-$1'" : "$1");
    }

    /// The same with ids as a sentence has them.
    static String plain(String text, boolean stringIds) {
        return ID.matcher(text).replaceAll(stringIds ? "id-$1" : "$1");
    }

    JsonNode json(String text) {
        return Wire.json(ids(text, stringIds));
    }

    /// Sends a message to the plugin; the plugin data of its answer.
    JsonNode ask(String body) {
        return whole(body, null, null).at("/plugindata/data");
    }

    /// The same with a description; the whole answer.
    JsonNode whole(String body, @Nullable String type, @Nullable String sdp) {
        var request = request("message");
        request.set("body", json(body));
        if (type != null) {
            request.putObject("jsep").put("type", type).put("sdp", sdp);
        }
        var answer = wire.request(request);
        if (answer.path("jsep").path("type").asText().equals("offer")) {
            description = ServerSdp.parse(answer.at("/jsep/sdp").asText());
        }
        return answer;
    }

    /// What this one offers to publish.
    String offer() {
        return ClientSdp.offer(
                media.description(),
                ScriptedMedia.opus(109, 0xA000_0000L + (handle & 0xFFFF)),
                ScriptedMedia.vp8(120, 0xB000_0000L + (handle & 0xFFFE)));
    }

    /// Offers one more video, with the mid `w`; the answer.
    JsonNode offerSecondVideo() {
        var first = offer();
        var video = first.substring(first.indexOf("m=video"));
        var ssrc = 0xB000_0000L + (handle & 0xFFFE);
        var second =
                video.replace("a=mid:v", "a=mid:w")
                        .replace(Long.toString(ssrc), Long.toString(ssrc + 0x0100_0000))
                        .replace(Long.toString(ssrc + 1), Long.toString(ssrc + 0x0100_0001));
        var whole = first.replace("a=group:BUNDLE a v", "a=group:BUNDLE a v w") + second;
        return whole("{'request':'configure'}", "offer", whole);
    }

    /// Joins and publishes, until media may flow.
    Guest publish(String room, String id) {
        var joined =
                ask("{'request':'join','ptype':'publisher','room':%s,'id':%s}".formatted(room, id));
        assertThat(joined.path("videoroom").asText()).as("%s", joined).isEqualTo("joined");
        return publish();
    }

    /// Publishes, until media may flow.
    Guest publish() {
        negotiate();
        connect();
        return this;
    }

    /// The same over a new connection.
    void republish() {
        media.close();
        media = new WebRtcClient();
        publish();
    }

    /// Offers, and has the answer.
    void negotiate() {
        var answer = whole("{'request':'configure','audio':true,'video':true}", "offer", offer());
        assertThat(answer.at("/plugindata/data/configured").asText())
                .as("%s", answer)
                .isEqualTo("ok");
        description = ServerSdp.parse(answer.at("/jsep/sdp").asText());
    }

    /// Brings the connection up that was negotiated.
    void connect() {
        media.connect(description().transport());
        awaitKind("webrtcup");
        media.awaitConnected(PATIENCE);
    }

    /// Joins as a viewer of `feed` and takes the first offer.
    Guest watch(String room, String feed, String more) {
        var attached =
                ask(
                        "{'request':'join','ptype':'subscriber','room':%s,'streams':[{'feed':%s}]%s}"
                                .formatted(room, feed, more));
        assertThat(attached.path("videoroom").asText()).as("%s", attached).isEqualTo("attached");
        answer();
        connect();
        return this;
    }

    /// Answers the server's last offer.
    void answer() {
        var started =
                whole(
                        "{'request':'start'}",
                        "answer",
                        ClientSdp.answer(media.description(), description()));
        assertThat(started.at("/plugindata/data/started").asText())
                .as("%s", started)
                .isEqualTo("ok");
    }

    /// Waits for an offer that nobody asked for now.
    ServerSdp awaitOffer() {
        var event =
                wire.await(message -> message.path("jsep").path("type").asText().equals("offer"));
        description = ServerSdp.parse(event.at("/jsep/sdp").asText());
        return description;
    }

    ServerSdp description() {
        if (description == null) {
            throw new IllegalStateException("nothing was negotiated");
        }
        return description;
    }

    /// Waits for an event of the plugin with this field; its data.
    JsonNode awaitField(String field) {
        return wire.await(message -> message.at("/plugindata/data").has(field))
                .at("/plugindata/data");
    }

    /// Waits for an event of this kind of the core, such as `hangup`.
    JsonNode awaitKind(String kind) {
        return wire.await(message -> message.path("janus").asText().equals(kind));
    }

    /// What the plugin has told and nobody has waited for, in order. Whatever a request of this
    /// one's brought about before is among it.
    List<JsonNode> told() {
        var pong = wire.request((ObjectNode) Wire.json("{'janus':'ping'}"));
        assertThat(pong.path("janus").asText()).isEqualTo("pong");
        var told = new ArrayList<JsonNode>();
        for (var message : wire.passedOver()) {
            var data = message.at("/plugindata/data");
            if (!data.isMissingNode()) {
                told.add(data);
            }
        }
        return told;
    }

    void detach() {
        wire.request(request("detach"));
    }

    private ObjectNode request(String verb) {
        return ((ObjectNode) Wire.json("{}"))
                .put("janus", verb)
                .put("session_id", session)
                .put("handle_id", handle);
    }

    @Override
    public void close() {
        wire.close();
        media.close();
    }
}
