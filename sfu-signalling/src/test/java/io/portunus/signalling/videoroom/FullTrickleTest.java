// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A publisher and its subscriber who are told our candidates by `trickle` events.
class FullTrickleTest {
    private static final String OFFER = RealOffers.text("chromium-audio-video");

    private @Nullable MediaSide mediaSide;
    private final CoreApi api = new CoreApi(settings(), AuthSettings.OPEN, this::plugins);
    private final CoreApi.Peer client = api.connect();
    private final long session = client.newSession();

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var media = new MediaClient(loop, side);
        side.tellTo(media);
        return List.of(new VideoRoomPlugin(media, loop, VideoRoomSettings.DEFAULT));
    }

    @Test
    void answersAndOffersAreFollowedByTheCandidatesThatTheyDoNotHave() {
        var publisher = client.newHandle(session, "janus.plugin.videoroom");
        say(publisher, "{'request':'create','room':1}", null);
        say(publisher, "{'request':'join','room':1,'ptype':'publisher','id':5}", null);
        say(publisher, "{'request':'publish'}", OFFER);
        checkTrickle(heard(), publisher);

        Objects.requireNonNull(mediaSide).connectAll();
        api.time.advance(Duration.ZERO);
        heard();
        var subscriber = client.newHandle(session, "janus.plugin.videoroom");
        say(
                subscriber,
                "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':5}]}",
                null);

        checkTrickle(heard(), subscriber);
    }

    private static void checkTrickle(List<JsonNode> told, long handle) {
        var described =
                told.stream().filter(message -> message.has("jsep")).findFirst().orElseThrow();
        assertThat(described.path("jsep").path("sdp").asText())
                .contains("a=ice-ufrag:", "a=ice-options:trickle")
                .doesNotContain("a=candidate:", "a=end-of-candidates");
        var behind = told.subList(told.indexOf(described) + 1, told.size());
        assertThat(behind).as("what followed the description").hasSize(2);
        for (var trickle : behind) {
            assertThat(trickle.path("janus").asText()).isEqualTo("trickle");
            assertThat(trickle.path("sender").asLong()).isEqualTo(handle);
        }
        assertThat(behind.getFirst().path("candidate"))
                .isEqualTo(
                        CoreApi.json(
                                "{'sdpMid':'0','sdpMLineIndex':0,'candidate':"
                                        + "'candidate:1 1 udp 1 127.0.0.1 10000 typ host'}"));
        assertThat(behind.getLast().path("candidate"))
                .isEqualTo(CoreApi.json("{'completed':true}"));
    }

    private void say(long handle, String body, @Nullable String offer) {
        var message = (ObjectNode) CoreApi.json("{'janus':'message','transaction':'m'}");
        message.put("session_id", session).put("handle_id", handle);
        message.set("body", CoreApi.json(body));
        if (offer != null) {
            heard();
            message.putObject("jsep").put("type", "offer").put("sdp", offer);
        }
        client.say(message.toString());
    }

    private List<JsonNode> heard() {
        var all = new ArrayList<JsonNode>();
        for (var next = client.heard(); next != null; next = client.heard()) {
            all.add(next);
        }
        return all;
    }

    private static GatewaySettings settings() {
        var usual = GatewaySettings.defaults();
        return new GatewaySettings(
                usual.timeouts(), usual.limits(), true, false, true, usual.server());
    }
}
