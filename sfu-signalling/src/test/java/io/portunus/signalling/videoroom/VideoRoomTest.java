// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoRoomTest {
    private static final String PLUGIN = "janus.plugin.videoroom";
    private static final String OFFER = RealOffers.text("chromium-audio-video");

    private @Nullable MediaSide mediaSide;
    private final CoreApi api = new CoreApi(this::plugins);

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        var plugin = new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT);
        plugin.open(List.of(room(1, "", true), room(2, "1234", false)));
        return List.of(plugin);
    }

    @Test
    void theRequestsOfTheModelTranscriptGetItsAnswers() {
        var admin = person();

        assertThat(
                        admin.ask(
                                "{'request':'create','room':9,'publishers':6,'secret':'s3',"
                                        + "'videocodec':'vp8,h264'}"))
                .isEqualTo(CoreApi.json("{'videoroom':'created','room':9,'permanent':false}"));
        assertThat(admin.ask("{'request':'create','room':9}"))
                .isEqualTo(error(427, "Room 9 already exists"));
        assertThat(admin.ask("{'request':'destroy','room':9}"))
                .isEqualTo(error(429, "Missing mandatory element (secret)"));
        assertThat(admin.ask("{'request':'destroy','room':9,'secret':'bad'}"))
                .isEqualTo(error(433, "Unauthorized (wrong secret)"));
        assertThat(admin.ask("{'request':'exists','room':999}"))
                .isEqualTo(CoreApi.json("{'videoroom':'success','room':999,'exists':false}"));
        assertThat(admin.ask("{'request':'listparticipants','room':9}"))
                .isEqualTo(CoreApi.json("{'videoroom':'participants','room':9,'participants':[]}"));
        assertThat(admin.ask("{'request':'destroy','room':9,'secret':'s3'}"))
                .isEqualTo(CoreApi.json("{'videoroom':'destroyed','room':9,'permanent':false}"));
        assertThat(admin.ask("{'request':'exists','room':9}").path("exists").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    {}                                                  ; 429 ; Missing mandatory element (request)
                    {'request':5}                                       ; 430 ; Invalid element type (request should be a string)
                    {'request':'dance'}                                 ; 423 ; Unknown request 'dance'
                    {'request':'start'}                                 ; 424 ; Invalid request on unconfigured participant
                    {'request':'join','ptype':'publisher'}              ; 429 ; Missing mandatory element (room)
                    {'request':'join','room':'x','ptype':'publisher'}   ; 430 ; Invalid element type (room should be a positive integer)
                    {'request':'join','room':1.0,'ptype':'publisher'}   ; 430 ; Invalid element type (room should be a positive integer)
                    {'request':'join','room':1}                         ; 429 ; Missing mandatory element (ptype)
                    {'request':'join','room':77,'ptype':'publisher'}    ; 426 ; No such room (77)
                    {'request':'join','room':2,'ptype':'publisher'}     ; 429 ; Missing mandatory element (pin)
                    {'request':'join','room':2,'pin':'x','ptype':'publisher'} ; 433 ; Unauthorized (wrong pin)
                    {'request':'join','room':1,'ptype':'listener'}      ; 430 ; Invalid element (ptype)
                    {'request':'join','room':1,'ptype':'publisher','display':7} ; 430 ; Invalid element type (display should be a string)
                    {'request':'join','room':1,'ptype':'publisher','display':null} ; 430 ; Invalid element type (display should be a string)
                    {'request':'join','room':1,'ptype':'subscriber'}    ; 429 ; At least one between 'streams' and 'feed' must be specified
                    {'request':'join','room':1,'ptype':'subscriber','feed':5} ; 428 ; No such feed (5)
                    {'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':5}]} ; 428 ; No such feed (5)
                    {'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':5,'substream':3}]} ; 430 ; Invalid value (substream/spatial_layer should be 0, 1 or 2)
                    {'request':'kick','room':1,'id':5}                  ; 428 ; No such user 5 in room 1
                    {'request':'create','room':1}                       ; 427 ; Room 1 already exists
                    {'request':'create','secret':null}                  ; 430 ; Invalid element type (secret should be a string)
                    {'request':'create','publishers':'many'}            ; 430 ; Invalid element type (publishers should be a positive integer)
                    {'request':'rtp_forward','room':1}                  ; 423 ; Request 'rtp_forward' is not supported yet
                    """)
    void everyRefusalHasItsCodeAndText(String body, int code, String text) {
        assertThat(person().ask(body)).isEqualTo(error(code, text));
    }

    @Test
    void aPublisherIsToldToOthersOnlyWhenItsMediaMayFlow() {
        var ann = joined("Ann");
        var bob = joined("Bob");

        var answer =
                bob.answer("{'request':'configure','audio':true,'video':true}", "offer", OFFER);

        var data = answer.path("plugindata").path("data");
        assertThat(data.path("configured").asText()).isEqualTo("ok");
        assertThat(data.path("audio_codec").asText()).isEqualTo("opus");
        assertThat(data.path("video_codec").asText()).isEqualTo("vp8");
        assertThat(data.path("streams")).hasSize(2);
        assertThat(answer.path("jsep").path("type").asText()).isEqualTo("answer");
        assertThat(ann.told()).as("before DTLS is done").isEmpty();
        connect();
        assertThat(ann.told())
                .singleElement()
                .satisfies(event ->
                        assertThat(event)
                                .startsWith("{'videoroom':'event','room':1,'publishers':[{'id':")
                                .contains("'display':'Bob'")
                                .contains("'video_codec':'vp8'"));
        assertThat(bob.told()).as("the publisher itself").containsExactly("webrtcup");
    }

    @Test
    void aSubscriberIsOfferedWhatItWantsAndStarts() {
        var feed = publisher("Bob");
        var viewer = person();

        var attached =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':"
                                + id(feed)
                                + "}]}",
                        null,
                        null);

        var data = attached.path("plugindata").path("data");
        assertThat(data.path("videoroom").asText()).isEqualTo("attached");
        assertThat(data.has("id")).as("only the legacy form names the feed").isFalse();
        assertThat(data.path("streams").path(1))
                .isEqualTo(
                        CoreApi.json(
                                "{'type':'video','active':true,'mindex':1,'mid':'1','ready':false,"
                                        + "'send':true,'feed_id':"
                                        + id(feed)
                                        + ",'feed_display':'Bob','feed_mid':'1','codec':'vp8'}"));
        assertThat(attached.path("jsep").path("type").asText()).isEqualTo("offer");
        assertThat(viewer.ask("{'request':'start'}", "answer", answerTo(attached)))
                .isEqualTo(CoreApi.json("{'videoroom':'event','room':1,'started':'ok'}"));
        connect();
        assertThat(viewer.told()).containsExactly("webrtcup");
        assertThat(viewer.ask("{'request':'pause'}").path("paused").asText()).isEqualTo("ok");
        assertThat(viewer.ask("{'request':'start'}").path("started").asText()).isEqualTo("ok");
        assertThat(viewer.ask("{'request':'leave'}").path("left").asText()).isEqualTo("ok");
        assertThat(viewer.told()).containsExactly("hangup: Close PC");
    }

    @Test
    void twoUpdatesBeforeAnAnswerMakeOneOfferAfterwards() {
        var bob = publisher("Bob");
        var eve = publisher("Eve");
        var viewer = person();
        var first =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':"
                                + id(bob)
                                + "}]}",
                        null,
                        null);

        assertThat(
                        viewer.ask(
                                "{'request':'update','subscribe':[{'feed':"
                                        + id(eve)
                                        + ",'mid':'1'}]}"))
                .isEqualTo(CoreApi.json("{'videoroom':'updating','room':1}"));
        assertThat(viewer.ask("{'request':'update','unsubscribe':[{'feed':" + id(bob) + "}]}"))
                .isEqualTo(CoreApi.json("{'videoroom':'updating','room':1}"));
        viewer.ask("{'request':'start'}", "answer", answerTo(first));

        assertThat(viewer.told())
                .singleElement()
                .satisfies(event ->
                        assertThat(event)
                                .startsWith("{'videoroom':'updated','room':1,'streams':[")
                                .contains("'active':false")
                                .contains("'feed_id':" + id(eve)));
    }

    @Test
    void whenAPublisherStopsItsSubscribersAreOfferedInactiveSections() {
        var bob = publisher("Bob");
        var viewer = person();
        var first =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':"
                                + id(bob)
                                + "}]}",
                        null,
                        null);
        viewer.ask("{'request':'start'}", "answer", answerTo(first));

        assertThat(bob.ask("{'request':'unpublish'}"))
                .isEqualTo(CoreApi.json("{'videoroom':'event','room':1,'unpublished':'ok'}"));

        assertThat(bob.told()).containsExactly("hangup: Close PC");
        assertThat(viewer.told())
                .singleElement()
                .satisfies(event ->
                        assertThat(event)
                                .startsWith("{'videoroom':'updated'")
                                .doesNotContain("'active':true"));
        assertThat(bob.answer("{'request':'publish'}", "offer", OFFER).path("jsep").has("sdp"))
                .as("the same handle publishes again")
                .isTrue();
    }

    @Test
    void oneMayNotPublishTwiceNorUnpublishWhatIsNotPublished() {
        var ann = joined("Ann");
        assertThat(ann.ask("{'request':'unpublish'}"))
                .isEqualTo(error(435, "Can't unpublish, not published"));
        ann.ask("{'request':'publish'}", "offer", OFFER);
        connect();

        assertThat(ann.ask("{'request':'publish'}", "offer", OFFER))
                .isEqualTo(error(434, "Can't publish, already published"));
        assertThat(ann.ask("{'request':'join','room':1,'ptype':'publisher'}"))
                .isEqualTo(error(425, "Already in as a publisher on this handle"));
    }

    @Test
    void aFullRoomRefusesToPublishAndNothingIsLeftBehind() {
        publisher("Ann");
        publisher("Bob");
        publisher("Eve");
        var late = joined("Zoe");
        var before = media().connections();

        assertThat(late.ask("{'request':'publish'}", "offer", OFFER))
                .isEqualTo(error(432, "Maximum number of publishers (3) already reached"));

        assertThat(media().connections()).isEqualTo(before);
        assertThat(
                        late.answer("{'request':'publish'}", "offer", "v=0\r\n")
                                .at("/error/code")
                                .asInt())
                .as("an offer that says nothing")
                .isEqualTo(465);
        assertThat(late.answer("{'request':'publish'}", "answer", OFFER).at("/error/code").asInt())
                .as("an answer to nothing")
                .isEqualTo(469);
    }

    @Test
    void whoVanishesIsUnpublishedAndLeavesOnce() {
        var ann = joined("Ann");
        var bob = publisher("Bob");
        var id = id(bob);
        ann.told();

        bob.vanish();
        connect();

        assertThat(ann.told())
                .containsExactly(
                        "{'videoroom':'event','room':1,'display':'Bob','unpublished':" + id + "}",
                        "{'videoroom':'event','room':1,'display':'Bob','leaving':" + id + "}");
    }

    @Test
    void aClosedConnectionIsUnpublishedAndItsOwnerMayCallAgain() {
        var ann = joined("Ann");
        var bob = publisher("Bob");
        var id = id(bob);
        ann.told();

        media().endNewest(PeerEnd.DTLS_CLOSED);
        connect();

        assertThat(ann.told())
                .containsExactly(
                        "{'videoroom':'event','room':1,'display':'Bob','unpublished':" + id + "}");
        assertThat(bob.told()).containsExactly("hangup: DTLS alert");
        assertThat(bob.answer("{'request':'publish'}", "offer", OFFER).path("jsep").has("sdp"))
                .isTrue();
    }

    @Test
    void whoIsKickedHearsSoAndTheOthersHearItOnce() {
        var ann = joined("Ann");
        var bob = publisher("Bob");
        var id = id(bob);
        ann.told();

        assertThat(ann.ask("{'request':'kick','room':1,'id':" + id + "}"))
                .isEqualTo(CoreApi.json("{'videoroom':'success'}"));
        connect();

        assertThat(bob.told())
                .containsExactly(
                        "{'videoroom':'event','room':1,'leaving':'ok','reason':'kicked'}",
                        "hangup: Close PC");
        assertThat(ann.told())
                .containsExactly(
                        "{'videoroom':'event','room':1,'display':'Bob','kicked':" + id + "}");
        assertThat(bob.ask("{'request':'configure'}"))
                .isEqualTo(error(433, "Unauthorized, you have been kicked"));
        bob.vanish();
        assertThat(ann.told()).as("nothing more about who is gone").isEmpty();
    }

    @Test
    void aDestroyedRoomIsToldToEverybodyInIt() {
        var ann = joined("Ann");
        var bob = publisher("Bob");
        var viewer = person();
        viewer.ask(
                "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':"
                        + id(bob)
                        + "}]}");
        ann.told();

        person().ask("{'request':'destroy','room':1}");
        connect();

        assertThat(ann.told()).containsExactly("{'videoroom':'destroyed','room':1}");
        assertThat(bob.told())
                .containsExactly("{'videoroom':'destroyed','room':1}", "hangup: Close PC");
        assertThat(viewer.told())
                .containsExactly("{'videoroom':'destroyed','room':1}", "hangup: Close PC");
        assertThat(media().connections()).isZero();
    }

    @Test
    void leavingIsAnsweredAndToldAndFinal() {
        var ann = joined("Ann");
        var bob = joined("Bob");
        var id = id(bob);

        assertThat(bob.ask("{'request':'leave'}"))
                .isEqualTo(CoreApi.json("{'videoroom':'event','room':1,'leaving':'ok'}"));

        assertThat(ann.told())
                .containsExactly(
                        "{'videoroom':'event','room':1,'display':'Bob','leaving':" + id + "}");
        assertThat(bob.ask("{'request':'join','room':1,'ptype':'publisher'}"))
                .isEqualTo(error(425, "Not in a room (create a new handle)"));
    }

    @Test
    void aSwitchNeedsNoNegotiation() {
        var bob = publisher("Bob");
        var eve = publisher("Eve");
        var viewer = person();
        var first =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':"
                                + id(bob)
                                + "}]}",
                        null,
                        null);
        viewer.ask("{'request':'start'}", "answer", answerTo(first));

        var switched =
                viewer.answer(
                        "{'request':'switch','streams':[{'feed':"
                                + id(eve)
                                + ",'mid':'1','sub_mid':'1'}]}",
                        null,
                        null);

        var data = switched.path("plugindata").path("data");
        assertThat(switched.has("jsep")).isFalse();
        assertThat(data.path("switched").asText()).isEqualTo("ok");
        assertThat(data.path("changes").asInt()).isEqualTo(1);
        assertThat(data.path("streams").path(1).path("feed_id").asLong()).isEqualTo(id(eve));
    }

    @Test
    void aRestartOfIceIsOfferedWithNewCredentials() {
        var bob = publisher("Bob");
        var viewer = person();
        var first =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':"
                                + id(bob)
                                + "}]}",
                        null,
                        null);
        viewer.ask("{'request':'start'}", "answer", answerTo(first));

        var restarted = viewer.answer("{'request':'configure','restart':true}", null, null);

        assertThat(restarted.path("jsep").path("sdp").asText()).contains("a=ice-ufrag:ufrag1");
        assertThat(first.path("jsep").path("sdp").asText()).contains("a=ice-ufrag:ufrag0");
    }

    @Test
    void theIdOfSomebodyWhoIsThereIsNotGivenTwice() {
        var ann = person();
        ann.ask("{'request':'join','room':1,'ptype':'publisher','id':5}");

        assertThat(person().ask("{'request':'join','room':1,'ptype':'publisher','id':5}"))
                .isEqualTo(error(436, "User ID 5 already exists"));
    }

    @Test
    void anOverloadedMediaSideIsAnErrorAndNoSilence() {
        var ann = joined("Ann");
        media().full(true);

        assertThat(ann.ask("{'request':'publish'}", "offer", OFFER))
                .isEqualTo(error(499, "The server is overloaded"));
        media().full(false);
        assertThat(ann.answer("{'request':'publish'}", "offer", OFFER).path("jsep").has("sdp"))
                .isTrue();
    }

    @Test
    void aRefusedSubscriptionLeavesTheHandleFree() {
        var viewer = person();
        assertThat(viewer.ask("{'request':'join','room':1,'ptype':'subscriber','feed':5}"))
                .isEqualTo(error(428, "No such feed (5)"));

        assertThat(
                        viewer.ask("{'request':'join','room':1,'ptype':'publisher'}")
                                .path("videoroom")
                                .asText())
                .isEqualTo("joined");
    }

    @Test
    void whoGoesWhileConnectingLeavesNothingBehind() {
        var bob = publisher("Bob");
        var before = media().connections();
        for (var body :
                List.of(
                        "{'request':'join','room':1,'ptype':'subscriber','feed':" + id(bob) + "}",
                        "{'request':'join','room':1,'ptype':'publisher','display':'Zoe'}")) {
            var gone = person();
            gone.startAndVanish(body, OFFER);
            connect();
        }

        assertThat(media().connections()).isEqualTo(before);
        assertThat(person().ask("{'request':'listparticipants','room':1}").path("participants"))
                .as("only Bob is in the room")
                .hasSize(1);
    }

    @Test
    void withoutAutomaticUpdatesTheNextUpdateTellsWhatWent() {
        var bob = publisher("Bob");
        var viewer = person();
        var first =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','autoupdate':false,"
                                + "'streams':[{'feed':"
                                + id(bob)
                                + "}]}",
                        null,
                        null);
        viewer.ask("{'request':'start'}", "answer", answerTo(first));
        bob.ask("{'request':'unpublish'}");
        assertThat(viewer.told()).isEmpty();

        var updated =
                viewer.answer("{'request':'update','unsubscribe':[{'sub_mid':'0'}]}", null, null);

        assertThat(updated.path("jsep").path("sdp").asText()).contains("a=inactive");
    }

    @Test
    void aMalformedDescriptionBesideAnOfferIsRefusedAndNothingIsChanged() {
        var ann = joined("Ann");

        assertThat(ann.ask("{'request':'publish','descriptions':[{'mid':'0'}]}", "offer", OFFER))
                .isEqualTo(error(429, "Missing mandatory element (description)"));

        assertThat(media().connections()).as("connections left behind").isZero();
        assertThat(ann.answer("{'request':'publish'}", "offer", OFFER).path("jsep").has("sdp"))
                .as("the handle goes on working")
                .isTrue();
    }

    @Test
    void descriptionsCannotGrowWithoutEnd() {
        var ann = joined("Ann");
        var code = 0;
        for (var i = 0; i < 65 && code == 0; i++) {
            code =
                    ann.ask(
                                    "{'request':'configure','descriptions':[{'mid':'"
                                            + i
                                            + "','description':'x'}]}")
                            .path("error_code")
                            .asInt();
        }

        assertThat(code).isEqualTo(430);
    }

    @Test
    void aRefusedPublishIsToldOnceAndHangsUpNothing() {
        publisher("Ann");
        publisher("Bob");
        publisher("Eve");
        var late = joined("Zoe");

        late.ask("{'request':'publish'}", "offer", OFFER);
        connect();

        assertThat(late.told()).as("besides the refusal").isEmpty();
    }

    @Test
    void whatWentIsNotReadyAnyMore() {
        var bob = publisher("Bob");
        var viewer = person();
        var first =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':"
                                + id(bob)
                                + "}]}",
                        null,
                        null);
        viewer.ask("{'request':'start'}", "answer", answerTo(first));

        var updated = viewer.ask("{'request':'update','unsubscribe':[{'sub_mid':'0'}]}");

        assertThat(updated.path("streams").path(0))
                .isEqualTo(
                        CoreApi.json(
                                "{'type':'audio','active':false,'mindex':0,'mid':'0',"
                                        + "'ready':false,'send':true}"));
    }

    private Person person() {
        return new Person(api.connect(), PLUGIN);
    }

    private Person joined(String display) {
        var person = person();
        var answer =
                person.ask(
                        "{'request':'join','room':1,'ptype':'publisher','display':'"
                                + display
                                + "'}");
        assertThat(answer.path("videoroom").asText()).isEqualTo("joined");
        person.participant(answer.path("id").asLong());
        return person;
    }

    private Person publisher(String display) {
        var person = joined(display);
        person.ask("{'request':'publish'}", "offer", OFFER);
        connect();
        person.told();
        return person;
    }

    /// The id that `person` was given, by its own `joined`.
    private static long id(Person person) {
        return person.participant();
    }

    private void connect() {
        api.time.advance(Duration.ZERO);
        media().connectAll();
        api.time.advance(Duration.ZERO);
    }

    private MediaSide media() {
        return Objects.requireNonNull(mediaSide);
    }

    private static JsonNode error(int code, String text) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("videoroom", "event")
                .put("error_code", code)
                .put("error", text);
    }

    /// What a client that takes everything answers to the offer in `message`.
    private static String answerTo(JsonNode message) {
        return answerTo(message.path("jsep").path("sdp").asText());
    }

    static String answerTo(String offer) {
        return offer.replace("a=sendonly", "a=recvonly")
                .replace("a=setup:actpass", "a=setup:active")
                .replaceAll("a=(ssrc|msid|ssrc-group|candidate|end-of-candidates).*\r\n", "");
    }

    private static RoomSpec room(long id, String pin, boolean permanent) {
        return RoomSpecReader.read(
                JsonNodeFactory.instance.objectNode().put("pin", pin), ApiId.of(id), permanent);
    }
}
