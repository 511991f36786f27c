// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.echotest.EchoTestPlugin;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.CoreApi.Peer;
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

/// Whole conversations as a client sees them, every message field by field and in order.
class TranscriptsTest {
    private static final String OFFER = RealOffers.text("chromium-audio-video");
    private static final String ECHO = OFFER.replace("a=sendonly", "a=sendrecv");

    private @Nullable MediaSide mediaSide;
    private final CoreApi api = new CoreApi(this::plugins);
    private final Peer client = api.connect();
    private final long session = client.newSession();

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        return List.of(
                new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT),
                new EchoTestPlugin(client));
    }

    @Test
    void aPublisherIsAnsweredAsInTheReference() {
        var bob = videoRoom();
        create(bob, "");
        say(bob, "b1", "{'request':'join','room':1,'ptype':'publisher','id':80,'display':'Bob'}");
        say(bob, "b2", "{'request':'publish'}", "offer", OFFER);
        connect();
        heard();
        var ann = videoRoom();

        say(ann, "p1", "{'request':'join','room':1,'ptype':'publisher','id':81,'display':'Ann'}");
        var joining = heard();
        assertThat(joining.getFirst()).isEqualTo(ack("p1"));
        var data = data(joining.get(1), ann, "p1");
        assertThat(data.remove("private_id").asLong()).isBetween(0L, (1L << 32) - 1);
        assertThat(data)
                .isEqualTo(
                        CoreApi.json(
                                """
                                {'videoroom':'joined','room':1,'description':'Room 1','id':81,'publishers':[
                                  {'id':80,'display':'Bob','audio_codec':'opus','video_codec':'vp8','streams':[
                                    {'type':'audio','mindex':0,'mid':'0','codec':'opus','fec':true},
                                    {'type':'video','mindex':1,'mid':'1','codec':'vp8'}]}]}
                                """));
        assertThat(joining).as("nobody is told until media is up").hasSize(2);

        say(ann, "p2", "{'request':'configure','audio':true,'video':true}", "offer", OFFER);
        var configured = heard();
        assertThat(configured).hasSize(2);
        assertThat(configured.getFirst()).isEqualTo(ack("p2"));
        var jsep = (ObjectNode) configured.get(1).path("jsep");
        assertThat(jsep.remove("sdp").asText()).startsWith("v=0\r\n").contains("a=recvonly\r\n");
        assertThat(jsep).isEqualTo(CoreApi.json("{'type':'answer'}"));
        data = data(configured.get(1), ann, "p2");
        for (var stream : data.path("streams")) {
            ((ObjectNode) stream)
                    .remove(
                            List.of(
                                    "audiolevel_ext_id",
                                    "videoorient_ext_id",
                                    "playoutdelay_ext_id"));
        }
        assertThat(data)
                .isEqualTo(
                        CoreApi.json(
                                """
                                {'videoroom':'event','room':1,'configured':'ok','audio_codec':'opus','video_codec':'vp8','streams':[
                                  {'type':'audio','mindex':0,'mid':'0','codec':'opus','fec':true},
                                  {'type':'video','mindex':1,'mid':'1','codec':'vp8'}]}
                                """));

        connect();
        var up = heard();
        assertThat(up).as("Bob hears of Ann before Ann hears that it is up").hasSize(2);
        assertThat(data(up.getFirst(), bob, null))
                .isEqualTo(
                        CoreApi.json(
                                """
                                {'videoroom':'event','room':1,'publishers':[
                                  {'id':81,'display':'Ann','audio_codec':'opus','video_codec':'vp8','streams':[
                                    {'type':'audio','mindex':0,'mid':'0','codec':'opus','fec':true},
                                    {'type':'video','mindex':1,'mid':'1','codec':'vp8'}]}]}
                                """));
        assertThat(up.get(1)).isEqualTo(notification("webrtcup", ann, ""));
    }

    @Test
    void whoJoinsAndPublishesAtOnceIsToldOfWhoCameMeanwhile() {
        var ann = videoRoom();
        var bob = videoRoom();
        create(ann, ",'notify_joining':true");

        post(
                ann,
                "p1",
                "{'request':'joinandconfigure','room':1,'ptype':'publisher','id':81}",
                "offer",
                OFFER);
        say(bob, "b1", "{'request':'join','room':1,'ptype':'publisher','id':80}");

        for (var message : heard()) {
            if (message.path("transaction").asText().equals("p1") && message.has("plugindata")) {
                assertThat(data(message, ann, "p1").path("attendees"))
                        .as("who is there when Ann is told that it joined")
                        .isEqualTo(CoreApi.json("[{'id':80}]"));
                return;
            }
        }
        throw new AssertionError("Ann was never told that it joined");
    }

    /// Once the second leave, which was meant for the one before, took the new owner of the id.
    @Test
    void whoTakesTheIdOfSomebodyKickedIsNotTakenForIt() {
        var ann = videoRoom();
        var owner = videoRoom();
        var next = videoRoom();
        create(ann, "");
        say(owner, "o1", "{'request':'join','room':1,'ptype':'publisher','id':5}");

        post(ann, "a1", "{'request':'kick','room':1,'id':5}", null, null);
        post(next, "n1", "{'request':'join','room':1,'ptype':'publisher','id':5}", null, null);
        media().full(true);
        client.post(verb("detach", owner));
        media().full(false);
        api.time.advance(Duration.ofSeconds(1));
        heard();

        say(ann, "a2", "{'request':'listparticipants','room':1}");
        assertThat(data(heard().getFirst(), ann, "a2").path("participants"))
                .as("the new owner of the id is in the room")
                .isEqualTo(CoreApi.json("[{'id':5,'publisher':false}]"));
    }

    @Test
    void aGhostThatWakesUpHasBeenToldThatItsPlaceIsTaken() {
        var ghost = videoRoom();
        create(ghost, "");
        say(ghost, "g1", "{'request':'join','room':1,'ptype':'publisher','id':5}");
        heard();
        client.frozen(true);
        var owner = api.connect();
        var owned = owner.newSession();
        var handle = owner.newHandle(owned, "janus.plugin.videoroom");

        owner.post(
                message(
                        owned,
                        handle,
                        "o1",
                        "{'request':'join','room':1,'ptype':'publisher','id':5}",
                        null,
                        null));
        assertThat(owner.heard()).isNotNull();
        api.time.advance(Duration.ofMillis(900));
        assertThat(owner.heard()).as("within the second that the ghost has").isNull();
        api.time.advance(Duration.ofMillis(200));

        var joined = Objects.requireNonNull(owner.heard(), "the owner is let in");
        assertThat(joined.path("plugindata").path("data").path("videoroom").asText())
                .isEqualTo("joined");
        assertThat(data(heard().getFirst(), ghost, null))
                .isEqualTo(
                        CoreApi.json(
                                "{'videoroom':'event','room':1,'leaving':'ok','reason':'replaced'}"));
    }

    @Test
    void aLostPathIsToldOfBeforeItsHangup() {
        var ann = videoRoom();
        create(ann, "");
        say(ann, "p1", "{'request':'join','room':1,'ptype':'publisher','id':5}");
        say(ann, "p2", "{'request':'publish'}", "offer", OFFER);
        connect();
        heard();

        media().endNewest(PeerEnd.ICE_FAILED);
        api.time.advance(Duration.ZERO);

        assertThat(heard())
                .containsExactly(
                        CoreApi.json(
                                "{'janus':'ice-failed','session_id':"
                                        + session
                                        + ",'sender':"
                                        + ann
                                        + "}"),
                        CoreApi.json(
                                "{'janus':'hangup','session_id':"
                                        + session
                                        + ",'sender':"
                                        + ann
                                        + ",'reason':'ICE failed'}"));
    }

    @Test
    void aPathThatNeverWasIsNotToldToBeLost() {
        var ann = videoRoom();
        create(ann, "");
        say(ann, "p1", "{'request':'join','room':1,'ptype':'publisher','id':5}");
        say(ann, "p2", "{'request':'publish'}", "offer", OFFER);
        heard();

        media().endNewest(PeerEnd.ICE_FAILED);
        api.time.advance(Duration.ZERO);

        assertThat(heard())
                .singleElement()
                .satisfies(told -> assertThat(told.path("janus").asText()).isEqualTo("hangup"));
    }

    @Test
    void anEchoIsAnsweredAndEndsWithItsConnection() {
        var echo = client.newHandle(session, "janus.plugin.echotest");

        say(echo, "e1", "{'audio':true,'video':true}", "offer", ECHO);

        var answered = heard();
        assertThat(answered.getFirst()).isEqualTo(ack("e1"));
        assertThat(answered.get(1).path("plugindata"))
                .isEqualTo(echoed("{'echotest':'event','result':'ok'}"));
        assertThat(answered.get(1).path("jsep").path("type").asText()).isEqualTo("answer");
        assertThat(answered.get(1).path("jsep").path("sdp").asText()).contains("a=sendrecv\r\n");
        connect();
        assertThat(heard()).containsExactly(notification("webrtcup", echo, ""));
        say(echo, "e2", "{'video':false}");
        assertThat(heard().get(1).path("plugindata"))
                .isEqualTo(echoed("{'echotest':'event','result':'ok'}"));
        media().endNewest(PeerEnd.DTLS_CLOSED);
        connect();
        var ended = heard();
        assertThat(ended.getFirst()).isEqualTo(notification("hangup", echo, "DTLS alert"));
        assertThat(ended.get(1).path("plugindata"))
                .isEqualTo(echoed("{'echotest':'event','result':'done'}"));
        assertThat(media().roomCount()).as("rooms of echoes that are left").isZero();
    }

    @Test
    void twoOffersOfAnEchoAtOnceAreAnsweredOneAfterTheOther() {
        var echo = client.newHandle(session, "janus.plugin.echotest");

        post(echo, "e1", "{'audio':true}", "offer", ECHO);
        post(echo, "e2", "{'audio':true}", "offer", ECHO);
        api.time.advance(Duration.ZERO);

        var events = new ArrayList<String>();
        for (var message : heard()) {
            if (message.has("plugindata")) {
                events.add(
                        message.path("transaction").asText()
                                + message.path("plugindata").path("data").path("result").asText()
                                + (message.has("jsep") ? " with an answer" : ""));
            }
        }
        assertThat(events).containsExactly("e1ok with an answer", "e2ok with an answer");
        client.say(verb("detach", echo));
        assertThat(media().roomCount()).as("rooms of echoes that are left").isZero();
        assertThat(media().connections()).as("connections that are left").isZero();
    }

    private long videoRoom() {
        return client.newHandle(session, "janus.plugin.videoroom");
    }

    private void create(long handle, String more) {
        say(handle, "r", "{'request':'create','room':1" + more + "}");
        heard();
    }

    private void say(long handle, String transaction, String body) {
        say(handle, transaction, body, null, null);
    }

    private void say(
            long handle,
            String transaction,
            String body,
            @Nullable String type,
            @Nullable String sdp) {
        post(handle, transaction, body, type, sdp);
        api.time.advance(Duration.ZERO);
    }

    private void post(
            long handle,
            String transaction,
            String body,
            @Nullable String type,
            @Nullable String sdp) {
        client.post(message(session, handle, transaction, body, type, sdp));
    }

    private static String message(
            long session,
            long handle,
            String transaction,
            String body,
            @Nullable String type,
            @Nullable String sdp) {
        var message = (ObjectNode) CoreApi.json("{'janus':'message'}");
        message.put("transaction", transaction).put("session_id", session);
        message.put("handle_id", handle).set("body", CoreApi.json(body));
        if (type != null) {
            message.putObject("jsep").put("type", type).put("sdp", sdp);
        }
        return message.toString();
    }

    private String verb(String verb, long handle) {
        return CoreApi.json(
                        "{'janus':'"
                                + verb
                                + "','transaction':'v','session_id':"
                                + session
                                + ",'handle_id':"
                                + handle
                                + "}")
                .toString();
    }

    private List<JsonNode> heard() {
        var all = new ArrayList<JsonNode>();
        for (var next = client.heard(); next != null; next = client.heard()) {
            all.add(next);
        }
        return all;
    }

    private void connect() {
        media().connectAll();
        api.time.advance(Duration.ZERO);
    }

    private JsonNode ack(String transaction) {
        return CoreApi.json(
                "{'janus':'ack','session_id':" + session + ",'transaction':'" + transaction + "'}");
    }

    private JsonNode notification(String kind, long handle, String reason) {
        return CoreApi.json(
                "{'janus':'"
                        + kind
                        + "','session_id':"
                        + session
                        + ",'sender':"
                        + handle
                        + (reason.isEmpty() ? "" : ",'reason':'" + reason + "'")
                        + "}");
    }

    private static JsonNode echoed(String data) {
        return CoreApi.json("{'plugin':'janus.plugin.echotest','data':" + data + "}");
    }

    /// The plugin data of `message`, whose surroundings are looked at too.
    private ObjectNode data(JsonNode message, long handle, @Nullable String transaction) {
        var around = (ObjectNode) message.deepCopy();
        around.remove("jsep");
        var data = (ObjectNode) around.path("plugindata").path("data");
        ((ObjectNode) around.path("plugindata")).remove("data");
        var kind = message.path("janus").asText();
        assertThat(kind).isIn("event", "success");
        var expected = (ObjectNode) notification(kind, handle, "");
        if (transaction != null) {
            expected.put("transaction", transaction);
        }
        expected.putObject("plugindata").put("plugin", "janus.plugin.videoroom");
        assertThat(around).as("what surrounds the plugin data").isEqualTo(expected);
        return data;
    }

    private MediaSide media() {
        return Objects.requireNonNull(mediaSide);
    }
}
