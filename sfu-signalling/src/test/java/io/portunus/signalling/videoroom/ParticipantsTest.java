// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.core.codec.MediaKind;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Joining with an offer, watching while others come and go, and being removed.
class ParticipantsTest {
    private static final String OFFER = RealOffers.text("chromium-audio-video");

    private @Nullable MediaSide mediaSide;
    private final CoreApi api = new CoreApi(this::plugins);
    private final Person owner = person();

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        return List.of(new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT));
    }

    @BeforeEach
    void makeTheRoom() {
        owner.ask(
                "{'request':'create','room':1,'publishers':9,'audiolevel_event':true,"
                        + "'require_pvtid':false}");
    }

    @Test
    void joiningWithAnOfferConfiguresToo() {
        var ann = person();

        var answer =
                ann.answer(
                        "{'request':'joinandconfigure','room':1,'ptype':'publisher','id':1,"
                                + "'bitrate':128000,'audio':false,'audio_level_average':40,"
                                + "'descriptions':[{'mid':'0','description':'my voice'}]}",
                        "offer",
                        OFFER);

        var data = answer.path("plugindata").path("data");
        assertThat(data.path("videoroom").asText()).isEqualTo("joined");
        assertThat(data.path("audio_codec").asText()).isEqualTo("opus");
        assertThat(data.at("/streams/0/description").asText()).isEqualTo("my voice");
        assertThat(data.path("audio_level_average").asInt()).isEqualTo(40);
        assertThat(answer.at("/jsep/type").asText()).isEqualTo("answer");
        settle();
        assertThat(side().limits())
                .extracting(limit -> limit.bitrateBps())
                .containsExactly(128_000);
        assertThat(side().relays())
                .extracting(relay -> relay.mid() + " " + relay.relay())
                .containsExactly("0 false");
    }

    @Test
    void whatIsSaidBeforePublishingCountsWhenPublishing() {
        var ann = person();
        ann.ask(
                "{'request':'joinandconfigure','room':1,'ptype':'publisher','id':1,"
                        + "'bitrate':128000,'audio':false,"
                        + "'descriptions':[{'mid':'0','description':'my voice'}]}");
        ann.ask("{'request':'configure','streams':[{'mid':'1','send':false,'min_delay':3}]}");
        settle();
        assertThat(side().relays()).as("before there is anything to relay").isEmpty();

        var published = ann.ask("{'request':'publish','keyframe':true}", "offer", OFFER);
        settle();

        assertThat(published.at("/streams/0/description").asText()).isEqualTo("my voice");
        assertThat(side().limits().getLast().bitrateBps()).isEqualTo(128_000);
        assertThat(side().relays())
                .extracting(relay -> relay.mid() + " " + relay.relay())
                .containsExactly("0 false", "1 false");
        assertThat(viewing().at("/streams/1/playout-delay"))
                .isEqualTo(CoreApi.json("{'min-delay':3,'max-delay':3}"));

        var told = side().limits().size();
        ann.ask("{'request':'unpublish'}");
        settle();
        ann.ask("{'request':'publish'}", "offer", OFFER);
        settle();
        assertThat(side().limits()).as("on the second connection").hasSize(told + 1);
        assertThat(side().limits().getLast().bitrateBps()).isEqualTo(128_000);
        assertThat(side().relays()).as("was for the first connection").hasSize(2);
    }

    private JsonNode viewing() {
        return person().ask(
                        "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':1}]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    {'videocodec':'h264'}         ; offer  ; 430 ; Video codec unavailable in this room
                    {'bitrate':'x'}               ; offer  ; 430 ; Invalid element type (bitrate should be a positive integer)
                    {'audio':5}                   ; offer  ; 430 ; Invalid element type (audio should be a boolean)
                    {'audio_level_average':'x'}   ; offer  ; 430 ; Invalid element type (audio_level_average should be a positive integer)
                    """)
    void whatCannotBePublishedIsRefusedBeforeAnybodyJoins(
            String fields, String type, int code, String text) {
        var ann = person();

        assertThat(
                        ann.ask(
                                "{'request':'joinandconfigure','room':1,'ptype':'publisher',"
                                        + fields.substring(1),
                                type,
                                OFFER))
                .isEqualTo(new PluginError(code, text).json());

        assertThat(owner.ask("{'request':'listparticipants','room':1}").path("participants"))
                .as("who is in the room")
                .isEmpty();
        assertThat(
                        ann.ask("{'request':'join','room':1,'ptype':'publisher'}")
                                .path("videoroom")
                                .asText())
                .as("trying again")
                .isEqualTo("joined");
    }

    @Test
    void anAnswerToNoOfferIsRefusedBeforeThePluginSeesIt() {
        var refused =
                person().answer("{'request':'join','room':1,'ptype':'publisher'}", "answer", OFFER);

        assertThat(refused.path("error"))
                .isEqualTo(CoreApi.json("{'code':469,'reason':'Unexpected ANSWER (no OFFER)'}"));
        assertThat(owner.ask("{'request':'listparticipants','room':1}").path("participants"))
                .isEmpty();
    }

    @Test
    void anOfferThatCannotBeReadIsRefusedBeforeAnybodyJoins() {
        var refused =
                person().answer(
                                "{'request':'join','room':1,'ptype':'publisher'}",
                                "offer",
                                "nonsense");

        assertThat(refused.path("error"))
                .isEqualTo(CoreApi.json("{'code':465,'reason':'line 1 is not of the form x=…'}"));
        assertThat(owner.ask("{'request':'listparticipants','room':1}").path("participants"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"25.5, ok", "25, ok", "0.0, ok", "-0.5, ''", "1e300, ''"})
    void aLevelNeedNotBeWhole(String level, String configured) {
        owner.ask("{'request':'join','room':1,'ptype':'publisher','id':9}");

        assertThat(
                        owner.ask("{'request':'configure','audio_level_average':" + level + "}")
                                .path("configured")
                                .asText())
                .isEqualTo(configured);
    }

    @Test
    void joiningWithAnOfferTellsNothingBeforeTheMediaIsThere() {
        owner.ask("{'request':'join','room':1,'ptype':'publisher','id':9}");
        owner.told();

        person().ask(
                        "{'request':'joinandconfigure','room':1,'ptype':'publisher','id':1,"
                                + "'display':'Ann','metadata':{'a':1}}",
                        "offer",
                        OFFER);

        assertThat(owner.told()).isEmpty();
    }

    @Test
    void aViewerWhoseAnswerCouldNotBeTakenMayAnswerAgain() {
        publisher(1);
        var viewer = person();
        var offer =
                viewer.answer(
                                "{'request':'join','room':1,'ptype':'subscriber','feed':1}",
                                null,
                                null)
                        .at("/jsep/sdp")
                        .asText();
        var answer = VideoRoomTest.answerTo(offer);
        side().full(true);
        assertThat(viewer.ask("{'request':'start'}", "answer", answer).path("error_code").asInt())
                .isEqualTo(499);
        side().full(false);

        assertThat(viewer.ask("{'request':'start'}", "answer", answer).path("started").asText())
                .isEqualTo("ok");
    }

    @Test
    void aRestartThatCannotBeMadeIsNotToldToBeDone() {
        publisher(1);
        var viewer = viewer("[{'feed':1}]");
        settle();
        side().full(true);

        var refused = viewer.answer("{'request':'configure','restart':true}", null, null);

        assertThat(refused.at("/plugindata/data/error_code").asInt()).isEqualTo(499);
        assertThat(refused.has("jsep")).isFalse();
        side().full(false);
        assertThat(viewer.ask("{'request':'configure','restart':true}").path("configured").asText())
                .isEqualTo("ok");
    }

    @Test
    void leavingARoomThatHasJustEndedIsRefused() {
        var ann = person();
        ann.ask("{'request':'join','room':1,'ptype':'publisher','id':1}");
        owner.post("{'request':'destroy','room':1}");

        assertThat(ann.ask("{'request':'leave'}").path("error_code").asInt()).isEqualTo(426);
    }

    @Test
    void whoTalksIsShownFromTheBeginning() {
        publisher(1);

        var joined = person().ask("{'request':'join','room':1,'ptype':'publisher'}");

        assertThat(joined.at("/publishers/0/talking").isBoolean()).isTrue();
        assertThat(joined.at("/publishers/0/streams/0/talking").asBoolean(true)).isFalse();
        assertThat(joined.at("/publishers/0/streams/1").has("talking")).as("of video").isFalse();
        assertThat(
                        owner.ask("{'request':'listparticipants','room':1}")
                                .at("/participants/0/talking")
                                .isBoolean())
                .isTrue();
    }

    /// A client takes one offer after the other; two at once would leave it in a wrong state.
    @ParameterizedTest
    @ValueSource(strings = {"restart", "update"})
    void aFeedThatGoesDuringARestartBringsNoSecondOffer(String what) {
        var ann = publisher(1);
        publisher(2);
        var viewer = viewer("[{'feed':1},{'feed':2}]");
        settle();
        viewer.told();

        ann.post("{'request':'unpublish'}");
        viewer.post("{'request':'configure','" + what + "':true}");
        settle();

        var told = viewer.heardJseps();
        assertThat(told).as("offers before the client has answered").hasSize(1);
        viewer.ask("{'request':'start'}", "answer", VideoRoomTest.answerTo(told.getFirst()));
        settle();
        var after = viewer.heardJseps();
        assertThat(after.size() + told.size())
                .as("every change is offered in the end")
                .isBetween(1, 2);
        var last = after.isEmpty() ? told.getLast() : after.getLast();
        assertThat(last.split("a=inactive", -1).length - 1)
                .as("sections that Ann fed, in the last offer")
                .isEqualTo(2);
    }

    @Test
    void aStreamThatWasGoneWhenItsTurnCameIsNamed() {
        var ann = publisher(1);
        publisher(2);
        var viewer = viewer("[{'feed':2}]");
        settle();
        viewer.told();

        ann.post("{'request':'unpublish'}");
        viewer.post("{'request':'subscribe','streams':[{'feed':1}]}");
        settle();

        assertThat(viewer.told())
                .containsExactly(
                        "ack", "{'videoroom':'event','error_code':428,'error':'No such feed (1)'}");
    }

    @Test
    void aStreamThatGoesRightAfterItWasGivenIsTakenBackByTheNextOffer() {
        var ann = publisher(1);
        publisher(2);
        var viewer = viewer("[{'feed':2}]");
        settle();
        viewer.told();

        viewer.post("{'request':'subscribe','streams':[{'feed':1}]}");
        ann.vanish();
        settle();
        var given = viewer.heardJseps();
        assertThat(given).as("offers before the client has answered").hasSize(1);
        assertThat(given.getFirst()).doesNotContain("a=inactive");

        viewer.ask("{'request':'start'}", "answer", VideoRoomTest.answerTo(given.getFirst()));
        settle();

        var takenBack = viewer.heardJseps();
        assertThat(takenBack).as("offers after it has").hasSize(1);
        assertThat(takenBack.getFirst().split("a=inactive", -1).length - 1)
                .as("sections that Ann fed")
                .isEqualTo(2);
    }

    @Test
    void aSwitchKeepsTheClientsOwnNameOfTheSection() {
        publisher(1);
        publisher(2);
        var viewer = viewer("[{'feed':1,'mid':'1','crossrefid':'main'}]");

        var switched =
                viewer.ask("{'request':'switch','streams':[{'feed':2,'mid':'1','sub_mid':'0'}]}");

        assertThat(switched.at("/streams/0/feed_id").asLong()).isEqualTo(2);
        assertThat(switched.at("/streams/0/crossrefid").asText()).isEqualTo("main");
    }

    @Test
    void aPublisherOrAViewerSaysForHowLongThePictureIsHeldBack() {
        var ann = publisher(1);
        var viewer = viewer("[{'feed':1}]");
        settle();
        assertThat(side().delays()).as("nobody has said anything").isEmpty();

        ann.ask("{'request':'configure','streams':[{'mid':'1','min_delay':10,'max_delay':40}]}");
        settle();
        assertThat(lastDelay()).isEqualTo("1 10 40");

        viewer.ask("{'request':'configure','mid':'1','min_delay':5}");
        settle();
        assertThat(lastDelay()).as("the viewer's own word counts more").isEqualTo("1 5 5");
        var shown =
                viewer.ask("{'request':'switch','streams':[{'feed':1,'mid':'0','sub_mid':'1'}]}");
        assertThat(shown.at("/streams/1/playout-delay"))
                .isEqualTo(CoreApi.json("{'min-delay':5,'max-delay':5}"));
        assertThat(shown.at("/streams/0").has("playout-delay")).as("of sound").isFalse();

        viewer.ask("{'request':'configure','mid':'1','min_delay':-1,'max_delay':-1}");
        settle();
        assertThat(lastDelay()).as("the publisher's word again").isEqualTo("1 10 40");
        ann.ask("{'request':'configure','min_delay':-1}");
        settle();
        assertThat(lastDelay()).as("what its packets say").isEqualTo("1 -1 -1");
    }

    @Test
    void aSubscriptionBeginsWithTheDelayThatItAsksFor() {
        publisher(1);
        viewer("[{'feed':1,'mid':'1','min_delay':0,'max_delay':0}]");
        settle();
        assertThat(lastDelay()).isEqualTo("0 0 0");
    }

    @Test
    void whoseMediaGetsLostIsToldByThePluginToo() {
        var ann = publisher(1);
        ann.told();

        side().loseOnNewest("1", MediaKind.VIDEO, false, 20);
        settle();
        assertThat(ann.told())
                .as("without a limit")
                .containsExactly("{'videoroom':'slow_link','current-bitrate':0}", "slowlink");
        ann.ask("{'request':'configure','bitrate':256000}");
        side().loseOnNewest("0", MediaKind.AUDIO, false, 20);
        settle();
        assertThat(ann.told())
                .as("with a limit")
                .containsExactly("{'videoroom':'slow_link','current-bitrate':256000}", "slowlink");

        var viewer = viewer("[{'feed':1}]");
        settle();
        viewer.told();
        side().loseOnNewest("1", MediaKind.VIDEO, true, 20);
        settle();
        assertThat(viewer.told()).containsExactly("{'videoroom':'slow_link'}", "slowlink");
        assertThat(ann.told()).as("the publisher, of the viewer's losses").isEmpty();
    }

    private String lastDelay() {
        var last = side().delays().getLast();
        return last.slot() + " " + last.minTens() + " " + last.maxTens();
    }

    @Test
    void whoeverIsKickedWatchesNoMoreWhereTheRoomTiesTheTwoTogether() {
        owner.ask("{'request':'create','room':2,'require_pvtid':true}");
        publisher(2, 1);
        var bob = person();
        var privateId =
                bob.ask("{'request':'join','room':2,'ptype':'publisher','id':7}")
                        .path("private_id")
                        .asLong();
        var viewer = person();
        var attached =
                viewer.answer(
                        "{'request':'join','room':2,'ptype':'subscriber','private_id':"
                                + privateId
                                + ",'streams':[{'feed':1}]}",
                        null,
                        null);
        viewer.ask(
                "{'request':'start'}",
                "answer",
                VideoRoomTest.answerTo(attached.at("/jsep/sdp").asText()));
        settle();

        owner.ask("{'request':'kick','room':2,'id':7}");
        settle();

        var kicked = new PluginError(433, "Unauthorized, you have been kicked").json();
        assertThat(viewer.ask("{'request':'start'}")).isEqualTo(kicked);
        assertThat(viewer.ask("{'request':'configure','restart':true}")).isEqualTo(kicked);
        assertThat(side().pauses()).as("what it watched was stopped").containsExactly(true);
        assertThat(viewer.ask("{'request':'leave'}").path("left").asText()).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    publisher ; {'request':'configure','update':1}                        ; update should be a boolean
                    publisher ; {'request':'configure','restart':'x'}                     ; restart should be a boolean
                    publisher ; {'request':'configure','record':1}                        ; record should be a boolean
                    publisher ; {'request':'configure','filename':1}                      ; filename should be a string
                    publisher ; {'request':'configure','secret':1}                        ; secret should be a string
                    publisher ; {'request':'configure','data':1}                          ; data should be a boolean
                    publisher ; {'request':'configure','min_delay':'x'}                   ; min_delay should be an integer
                    publisher ; {'request':'configure','streams':[{'max_delay':1.5}]}     ; max_delay should be an integer
                    publisher ; {'request':'configure','audio_active_packets':'x'}        ; audio_active_packets should be a positive integer
                    publisher ; {'request':'configure','audio_level_average':-1}          ; audio_level_average should be a positive integer
                    publisher ; {'request':'configure','descriptions':{}}                 ; descriptions should be an array
                    publisher ; {'request':'configure','descriptions':[{'mid':1,'description':'x'}]} ; mid should be a string
                    viewer    ; {'request':'configure','restart':1}                       ; restart should be a boolean
                    viewer    ; {'request':'configure','update':'x'}                      ; update should be a boolean
                    viewer    ; {'request':'configure','data':1}                          ; data should be a boolean
                    viewer    ; {'request':'configure','min_delay':'x'}                   ; min_delay should be an integer
                    viewer    ; {'request':'configure','audio_level_average':'x'}         ; audio_level_average should be a positive integer
                    viewer    ; {'request':'configure','streams':[{'mid':'0','fallback':'x'}]} ; fallback should be a positive integer
                    viewer    ; {'request':'subscribe','streams':[{'feed':1,'max_delay':true}]} ; max_delay should be an integer
                    viewer    ; {'request':'subscribe','streams':[{'feed':1,'crossrefid':5}]} ; crossrefid should be a string
                    publisher ; {'request':'configure','streams':[],'audio':'x'}          ; audio should be a boolean
                    publisher ; {'request':'configure','streams':[],'send':5}             ; send should be a boolean
                    viewer    ; {'request':'configure','streams':[],'substream':'x'}      ; substream should be a positive integer
                    viewer    ; {'request':'configure','streams':[],'audio':5}            ; audio should be a boolean
                    viewer    ; {'request':'update','subscribe':5}                        ; subscribe should be an array
                    viewer    ; {'request':'switch','streams':[{'feed':1,'mid':'0','sub_mid':0}]} ; sub_mid should be a string
                    """)
    void everyFieldIsCheckedForItsType(String who, String body, String text) {
        publisher(1);
        var asker = who.equals("publisher") ? publisher(5) : viewer("[{'feed':1}]");
        settle();
        asker.told();
        var before = side().relays().size() + side().limits().size();

        assertThat(asker.ask(body))
                .isEqualTo(new PluginError(430, "Invalid element type (" + text + ")").json());

        settle();
        assertThat(side().relays().size() + side().limits().size())
                .as("nothing was changed")
                .isEqualTo(before);
        assertThat(asker.told()).isEmpty();
    }

    private MediaSide side() {
        return Objects.requireNonNull(mediaSide);
    }

    private void settle() {
        side().connectAll();
        api.time.advance(Duration.ZERO);
    }

    private Person person() {
        return new Person(api.connect(), "janus.plugin.videoroom");
    }

    private Person publisher(long id) {
        return publisher(1, id);
    }

    private Person publisher(long room, long id) {
        var person = person();
        person.ask("{'request':'join','room':" + room + ",'ptype':'publisher','id':" + id + "}");
        person.ask("{'request':'publish'}", "offer", OFFER);
        settle();
        return person;
    }

    private Person viewer(String streams) {
        var viewer = person();
        JsonNode offered =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','streams':"
                                + streams
                                + "}",
                        null,
                        null);
        viewer.ask(
                "{'request':'start'}",
                "answer",
                VideoRoomTest.answerTo(offered.at("/jsep/sdp").asText()));
        return viewer;
    }
}
