// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What those who run a room can do: make, keep, change and list rooms, and keep people in order.
class RoomAdministrationTest {
    private static final String OFFER = RealOffers.text("chromium-audio-video");

    /// Keeps rooms as a file would.
    private static final class Kept implements RoomStore {
        private final Map<ApiId, ObjectNode> kept = new LinkedHashMap<>();

        @Override
        public List<ObjectNode> rooms() {
            return List.copyOf(kept.values());
        }

        @Override
        public boolean save(RoomSpec room) {
            kept.put(room.id(), RoomSpecWriter.write(room));
            return true;
        }

        @Override
        public boolean remove(ApiId room) {
            return kept.remove(room) != null;
        }
    }

    private final Kept store = new Kept();
    private @Nullable MediaSide mediaSide;

    private CoreApi server(VideoRoomSettings settings) {
        return new CoreApi(loop -> plugins(loop, settings));
    }

    private List<Plugin> plugins(SignallingLoop loop, VideoRoomSettings settings) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        var plugin = new VideoRoomPlugin(client, loop, settings);
        plugin.open(List.of());
        return List.of(plugin);
    }

    private CoreApi server() {
        return server(new VideoRoomSettings(false, "", store));
    }

    private static Person person(CoreApi api) {
        return new Person(api.connect(), "janus.plugin.videoroom");
    }

    private void publish(CoreApi api, Person person) {
        person.ask("{'request':'publish'}", "offer", OFFER);
        Objects.requireNonNull(mediaSide).connectAll();
        api.time.advance(Duration.ZERO);
    }

    @Test
    void aPermanentRoomIsThereAgainAfterARestartAsItWasLastEdited() {
        var admin = person(server());
        assertThat(
                        admin.ask(
                                "{'request':'create','room':9,'secret':'s','permanent':true,"
                                        + "'publishers':6}"))
                .isEqualTo(CoreApi.json("{'videoroom':'created','room':9,'permanent':true}"));
        assertThat(
                        admin.ask(
                                "{'request':'edit','room':9,'secret':'s','permanent':true,"
                                        + "'new_description':'Lounge','new_publishers':2,"
                                        + "'new_bitrate':100,'new_pin':'p'}"))
                .isEqualTo(CoreApi.json("{'videoroom':'edited','room':9,'permanent':true}"));

        var after = person(server()).ask("{'request':'list'}").path("list");

        assertThat(after).hasSize(1);
        assertThat(after.get(0).path("description").asText()).isEqualTo("Lounge");
        assertThat(after.get(0).path("max_publishers").asInt()).isEqualTo(2);
        assertThat(after.get(0).path("bitrate").asInt()).as("never too low").isEqualTo(64_000);
        assertThat(after.get(0).path("pin_required").asBoolean()).isTrue();
    }

    @Test
    void aRoomThatWasDestroyedForGoodDoesNotComeBack() {
        var admin = person(server());
        admin.ask("{'request':'create','room':9,'permanent':true}");
        admin.ask("{'request':'create','room':10,'permanent':true}");
        assertThat(admin.ask("{'request':'destroy','room':9,'permanent':true}"))
                .isEqualTo(CoreApi.json("{'videoroom':'destroyed','room':9,'permanent':true}"));
        admin.ask("{'request':'destroy','room':10}");

        var after = person(server());

        assertThat(after.ask("{'request':'exists','room':9}").path("exists").asBoolean()).isFalse();
        assertThat(after.ask("{'request':'exists','room':10}").path("exists").asBoolean())
                .as("a room that was ended for this time only")
                .isTrue();
    }

    @Test
    void editChangesWhatItNamesAndNothingElse() {
        var admin = person(server());
        admin.ask(
                "{'request':'create','room':9,'secret':'s','pin':'p','description':'Old',"
                        + "'videocodec':'vp9','publishers':1}");

        admin.ask(
                "{'request':'edit','room':9,'secret':'s','new_description':'','new_pin':'',"
                        + "'new_is_private':true,'new_publishers':2}");

        assertThat(admin.ask("{'request':'list'}").path("list")).as("private now").isEmpty();
        assertThat(admin.ask("{'request':'join','room':9,'ptype':'publisher'}"))
                .as("an empty text changes nothing: the pin is still asked for")
                .isEqualTo(error(429, "Missing mandatory element (pin)"));
        admin.ask("{'request':'edit','room':9,'secret':'s','new_is_private':false}");
        var room = admin.ask("{'request':'list'}").path("list").get(0);
        assertThat(room.path("description").asText()).isEqualTo("Old");
        assertThat(room.path("videocodec").asText()).isEqualTo("vp9");
        assertThat(room.path("max_publishers").asInt()).isEqualTo(2);

        admin.ask("{'request':'edit','room':9,'secret':'s','remove_pin':true,'new_secret':'t'}");
        assertThat(admin.ask("{'request':'destroy','room':9,'secret':'s'}"))
                .isEqualTo(error(433, "Unauthorized (wrong secret)"));
        assertThat(
                        admin.ask("{'request':'join','room':9,'ptype':'publisher'}")
                                .path("videoroom")
                                .asText())
                .isEqualTo("joined");
    }

    @Test
    void moreMayPublishAtOnceWhenTheRoomIsEditedSo() {
        var api = server();
        var ann = person(api);
        ann.ask("{'request':'create','room':9,'publishers':1}");
        ann.ask("{'request':'join','room':9,'ptype':'publisher'}");
        publish(api, ann);
        var bob = person(api);
        bob.ask("{'request':'join','room':9,'ptype':'publisher'}");
        assertThat(bob.ask("{'request':'publish'}", "offer", OFFER))
                .isEqualTo(error(432, "Maximum number of publishers (1) already reached"));

        bob.ask("{'request':'edit','room':9,'new_publishers':2}");

        assertThat(bob.ask("{'request':'publish'}", "offer", OFFER).path("configured").asText())
                .isEqualTo("ok");
    }

    @Test
    void onlyWhoHasATokenTakesPart() {
        var api = server();
        var admin = person(api);
        admin.ask("{'request':'create','room':9,'secret':'s','allowed':['a','b']}");
        var denied = error(433, "Unauthorized (not in the allowed list)");

        assertThat(person(api).ask("{'request':'join','room':9,'ptype':'publisher'}"))
                .isEqualTo(denied);
        assertThat(person(api).ask("{'request':'join','room':9,'ptype':'publisher','token':'c'}"))
                .isEqualTo(denied);
        assertThat(joins(api, "a")).isTrue();

        assertThat(
                        admin.ask(
                                "{'request':'allowed','room':9,'secret':'s','action':'remove',"
                                        + "'allowed':['a']}"))
                .isEqualTo(CoreApi.json("{'videoroom':'success','room':9,'allowed':['b']}"));
        assertThat(joins(api, "a")).isFalse();
        assertThat(joins(api, "b")).isTrue();
        admin.ask("{'request':'allowed','room':9,'secret':'s','action':'add','allowed':['c','b']}");
        assertThat(joins(api, "c")).isTrue();

        assertThat(admin.ask("{'request':'allowed','room':9,'secret':'s','action':'disable'}"))
                .isEqualTo(CoreApi.json("{'videoroom':'success','room':9}"));
        assertThat(joins(api, "x")).as("nothing is checked").isTrue();
        assertThat(
                        admin.ask("{'request':'allowed','room':9,'secret':'s','action':'enable'}")
                                .path("allowed"))
                .as("the tokens from before")
                .hasSize(2);
        assertThat(joins(api, "x")).isFalse();
    }

    @Test
    void subscribersNeedATokenWhereTheRoomSaysSo() {
        var api = server();
        var ann = person(api);
        ann.ask("{'request':'create','room':9,'allowed':['a'],'check_subscribers':true}");
        ann.ask("{'request':'create','room':10,'allowed':['a']}");
        var subscribe = "{'request':'join','ptype':'subscriber','feed':5,'room':%s}";

        assertThat(person(api).ask(subscribe.formatted("9")))
                .isEqualTo(error(433, "Unauthorized (not in the allowed list)"));
        assertThat(person(api).ask(subscribe.formatted("9,'token':'a'")))
                .isEqualTo(error(428, "No such feed (5)"));
        assertThat(person(api).ask(subscribe.formatted("10")))
                .as("as in Janus, where the room does not say so")
                .isEqualTo(error(428, "No such feed (5)"));
    }

    @Test
    void aModeratorSilencesAStreamWhateverItsOwnerWishes() {
        var api = server();
        var ann = person(api);
        ann.ask("{'request':'create','room':9,'secret':'s'}");
        ann.ask("{'request':'join','room':9,'ptype':'publisher','id':1}");
        publish(api, ann);
        var bob = person(api);
        bob.ask("{'request':'join','room':9,'ptype':'publisher','id':2}");
        ann.told();
        bob.told();

        var moderate = "{'request':'moderate','room':9,'secret':'s','id':1,'mid':'0','mute':%s}";
        assertThat(bob.ask(moderate.formatted(true)))
                .isEqualTo(CoreApi.json("{'videoroom':'success'}"));

        var told = "{'videoroom':'event','room':9,'id':1,'mid':'0','moderation':'muted'}";
        assertThat(ann.told()).as("the one who was silenced").containsExactly(told);
        assertThat(bob.told()).as("everybody else").containsExactly(told);
        assertThat(lastRelay()).isEqualTo("0 off");
        ann.ask("{'request':'configure','streams':[{'mid':'0','send':true}]}");
        assertThat(lastRelay()).as("its own wish does not help").isEqualTo("0 off");
        assertThat(publisherSeenBySomebodyNew(api).at("/streams/0/moderated").asBoolean()).isTrue();

        ann.ask("{'request':'unpublish'}");
        api.time.advance(Duration.ZERO);
        publish(api, ann);
        assertThat(lastRelay()).as("publishing anew does not help").isEqualTo("0 off");

        bob.ask(moderate.formatted(false));
        assertThat(lastRelay()).isEqualTo("0 on");
        assertThat(publisherSeenBySomebodyNew(api).at("/streams/0").has("moderated")).isFalse();
    }

    @Test
    void whoeverMutedThemselvesStaysSoWhenAModeratorLetsThemSpeak() {
        var api = server();
        var ann = person(api);
        ann.ask("{'request':'create','room':9}");
        ann.ask("{'request':'join','room':9,'ptype':'publisher','id':1}");
        publish(api, ann);
        ann.ask("{'request':'configure','audio':false}");
        ann.ask("{'request':'moderate','room':9,'id':1,'mid':'0','mute':true}");

        ann.ask("{'request':'moderate','room':9,'id':1,'mid':'0','mute':false}");

        assertThat(lastRelay()).isEqualTo("0 off");
        ann.ask("{'request':'configure','audio':true}");
        assertThat(lastRelay()).isEqualTo("0 on");
    }

    @Test
    void aCapOfTheRoomHoldsWhateverAPublisherAsksFor() {
        var api = server();
        var ann = person(api);
        ann.ask("{'request':'create','room':9,'bitrate':128000,'bitrate_cap':true}");
        ann.ask("{'request':'join','room':9,'ptype':'publisher','id':1}");
        var answer = ann.answer("{'request':'publish'}", "offer", OFFER);

        var sections = answer.at("/jsep/sdp").asText().split("m=", -1);
        assertThat(sections[1]).as("audio").startsWith("audio").doesNotContain("b=");
        assertThat(sections[2])
                .as("video")
                .startsWith("video")
                .contains("b=AS:128\r\nb=TIAS:128000\r\n");
        assertThat(limitAfter(api, ann, 2_000_000)).isEqualTo(128_000);
        assertThat(limitAfter(api, ann, 0)).as("no cap is no way out").isEqualTo(128_000);
        assertThat(limitAfter(api, ann, 100_000)).isEqualTo(100_000);
        assertThat(limitAfter(api, ann, 5)).isEqualTo(64_000);
    }

    private int limitAfter(CoreApi api, Person person, int wanted) {
        person.ask("{'request':'configure','bitrate':" + wanted + "}");
        api.time.advance(Duration.ZERO);
        return Objects.requireNonNull(mediaSide).limits().getLast().bitrateBps();
    }

    @Test
    void aRoomThatWantsEndToEndEncryptionTakesNothingElse() {
        var api = server();
        var ann = person(api);
        ann.ask("{'request':'create','room':9,'require_e2ee':true}");
        ann.ask("{'request':'join','room':9,'ptype':'publisher','id':1}");

        assertThat(ann.ask("{'request':'publish'}", "offer", OFFER))
                .isEqualTo(error(433, "Room requires end-to-end encrypted media"));
    }

    @Test
    void theAdminKeyOpensCreateAndShowsPrivateRooms() {
        var api = server(new VideoRoomSettings(false, "k", store));
        var admin = person(api);

        assertThat(admin.ask("{'request':'create','room':9}"))
                .isEqualTo(error(429, "Missing mandatory element (admin_key)"));
        assertThat(admin.ask("{'request':'create','room':9,'admin_key':'x'}"))
                .isEqualTo(error(433, "Unauthorized (wrong admin_key)"));
        admin.ask("{'request':'create','room':9,'admin_key':'k','is_private':true}");
        assertThat(admin.ask("{'request':'list'}").path("list")).isEmpty();
        assertThat(admin.ask("{'request':'list','admin_key':'k'}").path("list")).hasSize(1);
        assertThat(admin.ask("{'request':'list','admin_key':'x'}"))
                .isEqualTo(error(433, "Unauthorized (wrong admin_key)"));
    }

    @Test
    void aDummyPublisherIsSeenAndWatchedAndSendsNothing() {
        var api = server();
        var ann = person(api);
        ann.ask(
                "{'request':'create','room':9,'dummy_publisher':true,'audiocodec':'opus,pcmu',"
                        + "'videocodec':'vp8'}");
        var joined = ann.ask("{'request':'join','room':9,'ptype':'publisher','id':1}");
        publish(api, ann);
        var dummy = joined.at("/publishers/0");
        assertThat(dummy.path("dummy").asBoolean()).isTrue();
        assertThat(dummy.path("display").asText()).isEqualTo("Dummy publisher");
        assertThat(dummy.path("streams")).as("one for each codec").hasSize(3);
        var listed = ann.ask("{'request':'listparticipants','room':9}").at("/participants/0");
        assertThat(listed.path("dummy").asBoolean()).isTrue();
        assertThat(listed.path("publisher").asBoolean()).isTrue();
        var feed = dummy.path("id").asLong();

        var viewer = person(api);
        var offered =
                viewer.answer(
                        "{'request':'join','room':9,'ptype':'subscriber','streams':[{'feed':"
                                + feed
                                + "}]}",
                        null,
                        null);

        assertThat(offered.at("/plugindata/data/streams")).hasSize(3);
        var offer = offered.at("/jsep/sdp").asText();
        assertThat(offer.split("\r\nm=", -1)).as("a section for each codec").hasSize(4);
        assertThat(offer).contains("a=ssrc:").contains("PCMU/8000").contains("VP8/90000");
        viewer.ask("{'request':'start'}", "answer", VideoRoomTest.answerTo(offer));
        Objects.requireNonNull(mediaSide).connectAll();
        var switched =
                viewer.ask("{'request':'switch','streams':[{'feed':1,'mid':'1','sub_mid':'2'}]}");
        assertThat(switched.path("changes").asInt())
                .as("its section of that codec shows somebody real")
                .isEqualTo(1);
        assertThat(ann.ask("{'request':'kick','room':9,'id':" + feed + "}"))
                .isEqualTo(error(428, "Can't kick dummy users"));
        assertThat(
                        person(api)
                                .ask(
                                        "{'request':'join','room':9,'ptype':'publisher','id':"
                                                + feed
                                                + "}"))
                .isEqualTo(error(436, "User ID " + feed + " already exists"));
        ann.ask("{'request':'destroy','room':9}");
        assertThat(ann.told()).contains("{'videoroom':'destroyed','room':9}");
    }

    @Test
    void aDummyPublisherCanHaveStreamsOfItsOwn() {
        var api = server();
        var ann = person(api);
        ann.ask(
                "{'request':'create','room':9,'dummy_publisher':true,'dummy_streams':[{'codec':'h264',"
                        + "'fmtp':'profile-level-id=42e01f;packetization-mode=1'}]}");
        var dummy = ann.ask("{'request':'join','room':9,'ptype':'publisher'}").at("/publishers/0");

        assertThat(dummy.path("streams")).hasSize(1);
        assertThat(dummy.at("/streams/0/h264_profile").asText()).isEqualTo("42e01f");
        assertThat(ann.ask("{'request':'create','room':10,'dummy_streams':[{'codec':'mpeg'}]}"))
                .isEqualTo(error(430, "Invalid element (codec of a dummy stream)"));
    }

    @Test
    void longListsAreReadInPages() {
        var admin = person(server());
        for (var i = 1; i <= 25; i++) {
            admin.ask("{'request':'create','room':" + i + ",'description':'Room of " + i + "'}");
        }

        assertThat(admin.ask("{'request':'list'}").path("list")).hasSize(25);
        var page = admin.ask("{'request':'list','offset':20,'limit':10}");
        assertThat(page.path("list")).hasSize(5);
        assertThat(page.path("total").asInt()).isEqualTo(25);
        var found = admin.ask("{'request':'list','search':'OF 2','limit':3}");
        assertThat(found.path("list")).hasSize(3);
        assertThat(found.path("total").asInt()).as("2 and 20 to 25").isEqualTo(7);
    }

    @Test
    void withStringIdsEverythingIsText() {
        var api = server(new VideoRoomSettings(true, "", store));
        var ann = person(api);
        assertThat(ann.ask("{'request':'create','room':'lounge','permanent':true}"))
                .isEqualTo(
                        CoreApi.json("{'videoroom':'created','room':'lounge','permanent':true}"));
        assertThat(ann.ask("{'request':'create'}").path("room").asText())
                .as("a random id")
                .matches("[0-9a-f-]{36}");
        assertThat(ann.ask("{'request':'create','room':7}"))
                .isEqualTo(error(430, "Invalid element type (room should be a string)"));
        assertThat(ann.ask("{'request':'join','room':'lounge','ptype':'publisher','id':3}"))
                .isEqualTo(error(430, "Invalid element type (id should be a string)"));
        ann.ask("{'request':'join','room':'lounge','ptype':'publisher','id':'ann'}");
        publish(api, ann);
        var bob = person(api);
        var joined = bob.ask("{'request':'join','room':'lounge','ptype':'publisher','id':'bob'}");
        assertThat(joined.path("id").asText()).isEqualTo("bob");
        assertThat(joined.at("/publishers/0/id").asText()).isEqualTo("ann");

        var watching = person(api);
        var attached =
                watching.ask(
                        "{'request':'join','room':'lounge','ptype':'subscriber',"
                                + "'streams':[{'feed':'ann'}]}");
        assertThat(attached.at("/streams/0/feed_id").asText()).isEqualTo("ann");
        assertThat(watching.ask("{'request':'unsubscribe','streams':[{'feed':'ann'}]}"))
                .isEqualTo(CoreApi.json("{'videoroom':'updating','room':'lounge'}"));
        ann.ask("{'request':'leave'}");
        api.time.advance(Duration.ZERO);
        assertThat(bob.told()).contains("{'videoroom':'event','room':'lounge','leaving':'ann'}");
        assertThat(store.rooms()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    {'request':'edit','room':8}                                        ; 426 ; No such room (8)
                    {'request':'edit','room':9}                                        ; 429 ; Missing mandatory element (secret)
                    {'request':'edit','room':9,'secret':'x'}                           ; 433 ; Unauthorized (wrong secret)
                    {'request':'edit','room':9,'secret':'s','new_publishers':-1}       ; 430 ; Invalid element type (new_publishers should be a positive integer)
                    {'request':'edit','room':9,'secret':'s','new_pin':5}               ; 430 ; Invalid element type (new_pin should be a string)
                    {'request':'edit','room':9,'secret':'s','new_is_private':1}        ; 430 ; Invalid element type (new_is_private should be a boolean)
                    {'request':'edit','room':9,'secret':'s','permanent':1}             ; 430 ; Invalid element type (permanent should be a boolean)
                    {'request':'allowed','room':9,'secret':'s'}                        ; 429 ; Missing mandatory element (action)
                    {'request':'allowed','room':9,'secret':'s','action':'x'}           ; 430 ; Unsupported action 'x' (allowed)
                    {'request':'allowed','room':9,'secret':'s','action':'add','allowed':5} ; 430 ; Invalid element type (allowed should be an array)
                    {'request':'allowed','room':9,'secret':'s','action':'add','allowed':[5]} ; 430 ; Invalid element in the allowed array (not a string)
                    {'request':'allowed','room':9,'action':'enable'}                   ; 429 ; Missing mandatory element (secret)
                    {'request':'moderate','room':9,'secret':'s','mid':'0','mute':true} ; 429 ; Missing mandatory element (id)
                    {'request':'moderate','room':9,'secret':'s','id':7,'mid':'0','mute':true} ; 428 ; No such user 7 in room 9
                    {'request':'moderate','room':9,'secret':'s','id':1,'mute':true}    ; 429 ; Missing mandatory element (mid)
                    {'request':'moderate','room':9,'secret':'s','id':1,'mid':'0'}      ; 429 ; Missing mandatory element (mute)
                    {'request':'moderate','room':9,'secret':'s','id':1,'mid':'9','mute':true} ; 428 ; No such stream 9
                    {'request':'list','offset':-1}                                     ; 430 ; Invalid element type (offset should be a positive integer)
                    {'request':'create','room':10,'record':true}                       ; 423 ; Recording is not supported yet
                    {'request':'create','room':10,'threads':'x'}                       ; 430 ; Invalid element type (threads should be a positive integer)
                    {'request':'create','room':10,'publishers':9007199254740992}       ; 430 ; Invalid element type (publishers should be a positive integer)
                    {'request':'create','room':10,'audiocodec':'multiopus,l16'}        ; 430 ; Invalid element (audiocodec can only be or contain opus, pcmu, pcma, g722)
                    {'request':'create','room':10,'videocodec':'vp8,red'}              ; 430 ; Invalid element (videocodec can only be or contain vp8, vp9, h264, av1, h265)
                    {'request':'enable_recording','room':9,'record':true}              ; 423 ; Request 'enable_recording' is not supported yet
                    """)
    void everyRefusalHasItsCodeAndText(String body, int code, String text) {
        var api = server();
        var ann = person(api);
        ann.ask("{'request':'create','room':9,'secret':'s'}");
        ann.ask("{'request':'join','room':9,'ptype':'publisher','id':1}");
        var before = person(api).ask("{'request':'list'}");

        assertThat(person(api).ask(body)).isEqualTo(error(code, text));

        assertThat(person(api).ask("{'request':'list'}")).as("nothing changed").isEqualTo(before);
        assertThat(ann.told()).isEmpty();
    }

    @Test
    void whatOnlyJanusForwardsIsLeftOutOfAListOfCodecs() {
        var api = server();
        var ann = person(api);
        ann.ask(
                "{'request':'create','room':9,'audiocodec':'multiopus, red,opus,PCMU',"
                        + "'threads':4,'bitrate':4294967295,'record':false}");

        var room = ann.ask("{'request':'list'}").at("/list/0");

        assertThat(room.path("audiocodec").asText()).isEqualTo("opus,pcmu");
        assertThat(room.path("bitrate").asLong()).isEqualTo(Integer.MAX_VALUE);
    }

    private String lastRelay() {
        var last = new ArrayList<RoomCommand.Relay>(Objects.requireNonNull(mediaSide).relays());
        return last.getLast().mid() + (last.getLast().relay() ? " on" : " off");
    }

    private static JsonNode publisherSeenBySomebodyNew(CoreApi api) {
        return person(api)
                .ask("{'request':'join','room':9,'ptype':'publisher'}")
                .at("/publishers/0");
    }

    private static boolean joins(CoreApi api, String token) {
        return person(api)
                .ask("{'request':'join','room':9,'ptype':'publisher','token':'" + token + "'}")
                .path("videoroom")
                .asText()
                .equals("joined");
    }

    private static JsonNode error(int code, String text) {
        return new PluginError(code, text).json();
    }
}
