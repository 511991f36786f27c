// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.RunningServer;
import io.portunus.deploy.testkit.ClientSdp;
import io.portunus.deploy.testkit.Rtp;
import io.portunus.deploy.testkit.ScriptedMedia;
import io.portunus.deploy.testkit.ServerSdp;
import io.portunus.transport.testkit.WebRtcClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Row 18 for a back end in Elixir: a whole call over HTTP by a client that matches strictly.
class ElixirTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    @DisplayName("row 18: a whole call of an HTTP client that polls without maxev and is strict")
    void aWholeCall() throws Exception {
        try (var server = RunningServer.start(Map.of())) {
            var before = server.whatIsThere();
            aWholeCall(server);
            server.awaitWhatIsThere(before);
        }
    }

    private static void aWholeCall(RunningServer server) throws InterruptedException {
        try (var client = new ElixirClient(server.server().pageAddress() + "janus");
                var uplink = new WebRtcClient();
                var downlink = new WebRtcClient()) {
            var desk = client.attach();
            administer(client, desk);

            var publishing = client.attach();
            var joined =
                    data(
                            client.cast(
                                    publishing,
                                    "{'request':'join','ptype':'publisher','room':9100,'id':7,"
                                            + "'display':'Ann'}",
                                    null));
            assertThat(joined.path("videoroom").asText()).isEqualTo("joined");
            assertThat(joined.path("room").asLong()).isEqualTo(9100);
            var audio = ScriptedMedia.opus(109, 0xA000_0001L);
            var video = ScriptedMedia.vp8(120, 0xB000_0001L);
            var published =
                    client.cast(
                            publishing,
                            "{'request':'configure','audio':true,'video':true}",
                            jsep("offer", ClientSdp.offer(uplink.description(), audio, video)));
            assertThat(data(published).path("configured").asText()).isEqualTo("ok");
            client.trickle(
                    publishing,
                    "{'candidate':'candidate:1 1 udp 1 192.0.2.1 9 typ host','sdpMid':'a'}");
            client.trickle(publishing, "{'completed':true}");
            uplink.connect(ServerSdp.parse(published.at("/jsep/sdp").asText()).transport());
            client.await(event -> isAbout(event, publishing, "webrtcup"));
            uplink.awaitConnected(PATIENCE);

            // As the library subscribes: the old form, with everything it knows of.
            var viewing = client.attach();
            var attached =
                    client.cast(
                            viewing,
                            "{'request':'join','ptype':'subscriber','room':9100,'feed':7,"
                                    + "'private_id':"
                                    + joined.path("private_id").asLong()
                                    + ",'close_pc':true,'audio':true,'video':true,'data':false,"
                                    + "'offer_audio':true,'offer_video':true,'offer_data':false,"
                                    + "'substream':2,'temporal':2,'fallback':250000,"
                                    + "'spatial_layer':2,'temporal_layer':2}",
                            null);
            assertThat(data(attached).path("videoroom").asText()).isEqualTo("attached");
            var offer = ServerSdp.parse(attached.at("/jsep/sdp").asText());
            var started =
                    client.cast(
                            viewing,
                            "{'request':'start'}",
                            jsep("answer", ClientSdp.answer(downlink.description(), offer)));
            assertThat(data(started).path("started").asText()).isEqualTo("ok");
            downlink.connect(offer.transport());
            client.await(event -> isAbout(event, viewing, "webrtcup"));
            downlink.awaitConnected(PATIENCE);
            send(uplink, video, 0);
            var packet = new Rtp(Objects.requireNonNull(downlink.nextRtp(PATIENCE), "media"));
            assertThat(packet.payload()).isEqualTo(video.payload(0));
            assertThat(client.await(event -> isAbout(event, publishing, "media")).path("receiving"))
                    .hasToString("true");

            participants(client, desk);
            assertThat(
                            data(client.cast(viewing, "{'request':'pause'}", null))
                                    .path("paused")
                                    .asText())
                    .isEqualTo("ok");
            assertThat(
                            data(client.cast(publishing, "{'request':'unpublish'}", null))
                                    .path("unpublished")
                                    .asText())
                    .isEqualTo("ok");
            // The body is sent like that by the library.
            assertThat(
                            data(client.cast(
                                            viewing,
                                            "{'videoroom':'event','request':'leave'}",
                                            null))
                                    .path("left")
                                    .asText())
                    .isEqualTo("ok");
            assertThat(
                            data(client.cast(
                                            publishing,
                                            "{'videoroom':'event','request':'leave'}",
                                            null))
                                    .path("leaving")
                                    .asText())
                    .isEqualTo("ok");
            client.plain(publishing, "detach");
            client.await(event -> isAbout(event, publishing, "detached"));
            var gone = client.call(desk, "{'request':'destroy','room':9100,'secret':'s'}");
            assertThat(gone.path("videoroom").asText()).isEqualTo("destroyed");
            client.stands();
            client.destroy();
        }
    }

    /// The requests that are answered at once, with the shapes that are matched.
    private static void administer(ElixirClient client, long desk) {
        var created =
                client.call(
                        desk,
                        "{'request':'create','room':9100,'secret':'s','publishers':3,"
                                + "'audiolevel_event':true}");
        assertThat(created.path("videoroom").asText()).isEqualTo("created");
        assertThat(created.path("room").asLong()).isEqualTo(9100);
        var exists = client.call(desk, "{'request':'exists','room':9100}");
        assertThat(exists)
                .isEqualTo(Wire.json("{'videoroom':'success','room':9100,'exists':true}"));
        var edited =
                client.call(
                        desk,
                        "{'request':'edit','room':9100,'secret':'s','new_description':'Ours'}");
        assertThat(edited.path("videoroom").asText()).isEqualTo("edited");
        var list = client.call(desk, "{'request':'list'}");
        assertThat(list.path("videoroom").asText()).isEqualTo("success");
        assertThat(list.path("list").isArray()).isTrue();
        var allowed =
                client.call(
                        desk, "{'request':'allowed','room':9100,'secret':'s','action':'enable'}");
        assertThat(allowed.path("videoroom").asText()).isEqualTo("success");
        assertThat(allowed.path("allowed").isArray()).isTrue();
        client.call(desk, "{'request':'allowed','room':9100,'secret':'s','action':'disable'}");
        var refused = client.call(desk, "{'request':'destroy','room':9100,'secret':'x'}");
        assertThat(refused)
                .isEqualTo(
                        Wire.json(
                                "{'videoroom':'event','error_code':433,"
                                        + "'error':'Unauthorized (wrong secret)'}"));
    }

    private static void participants(ElixirClient client, long desk) {
        var listed = client.call(desk, "{'request':'listparticipants','room':9100}");
        assertThat(listed.path("videoroom").asText()).isEqualTo("participants");
        assertThat(listed.path("room").asLong()).isEqualTo(9100);
        var ann = listed.at("/participants/0");
        assertThat(ann.path("id").asLong()).isEqualTo(7);
        assertThat(ann.path("display").asText()).isEqualTo("Ann");
        assertThat(ann.path("publisher").asBoolean()).isTrue();
    }

    private static void send(WebRtcClient uplink, ScriptedMedia video, long n) {
        uplink.sendRtp(video.packet(n), ScriptedMedia.HEADER_BYTES, video.index(n));
    }

    private static boolean isAbout(JsonNode event, long handle, String kind) {
        return event.path("janus").asText().equals(kind) && event.path("sender").asLong() == handle;
    }

    private static JsonNode data(JsonNode event) {
        return event.at("/plugindata/data");
    }

    private static ObjectNode jsep(String type, String sdp) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("sdp", sdp);
    }
}
