// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Somebody whose connection is lost, whose session waits to be claimed, and whose id is wanted.
class ReclaimedGhostTest {
    private final CoreApi api = new CoreApi(settings(), AuthSettings.OPEN, this::plugins);
    private final CoreApi.Peer lost = api.connect();
    private final long session = lost.newSession();
    private final long handle = lost.newHandle(session, "janus.plugin.videoroom");

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        var media = new MediaClient(loop, side);
        side.tellTo(media);
        return List.of(new VideoRoomPlugin(media, loop, VideoRoomSettings.DEFAULT));
    }

    @Test
    void itKeepsItsPlaceWhileNobodyElseWantsItAndGivesWayToWhoeverDoes() {
        say(lost, session, handle, "{'request':'create','room':1}");
        say(lost, session, handle, "{'request':'join','room':1,'ptype':'publisher','id':5}");
        lost.close();
        var owner = api.connect();
        var owned = owner.newSession();
        var second = owner.newHandle(owned, "janus.plugin.videoroom");
        heard(owner);
        say(owner, owned, second, "{'request':'listparticipants','room':1}");
        assertThat(heard(owner).getFirst().path("plugindata").path("data").path("participants"))
                .as("those in the room while the session may be claimed")
                .hasSize(1);

        say(owner, owned, second, "{'request':'join','room':1,'ptype':'publisher','id':5}");
        api.time.advance(Duration.ofMillis(1_100));

        assertThat(last(heard(owner)).path("videoroom").asText())
                .as("the answer to its owner on a new connection")
                .isEqualTo("joined");
        var claimant = api.connect();
        claimant.say("{'janus':'claim','transaction':'c','session_id':" + session + "}");
        var told = heard(claimant);
        assertThat(told.getFirst().path("janus").asText()).isEqualTo("success");
        assertThat(last(told))
                .as("what the claimant of the old session is told")
                .isEqualTo(
                        CoreApi.json(
                                "{'videoroom':'event','room':1,'leaving':'ok','reason':'replaced'}"));
    }

    private static JsonNode last(List<JsonNode> told) {
        return told.getLast().path("plugindata").path("data");
    }

    private static List<JsonNode> heard(CoreApi.Peer client) {
        var all = new ArrayList<JsonNode>();
        for (var next = client.heard(); next != null; next = client.heard()) {
            all.add(next);
        }
        return all;
    }

    private static void say(CoreApi.Peer client, long session, long handle, String body) {
        client.say(
                "{'janus':'message','transaction':'m','session_id':"
                        + session
                        + ",'handle_id':"
                        + handle
                        + ",'body':"
                        + body
                        + "}");
    }

    private static GatewaySettings settings() {
        var usual = GatewaySettings.defaults();
        return new GatewaySettings(
                new GatewaySettings.Timeouts(60, 30, 45),
                usual.limits(),
                true,
                false,
                false,
                usual.server());
    }
}
