// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.RunningServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows 17, 19 to 23, 28, 29, 33 and 38: rooms over a WebSocket, for both kinds of ids.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RoomRows {
    private final boolean stringIds;
    private final List<Guest> guests = new ArrayList<>();
    private final Map<String, Guest> scene = new HashMap<>();
    private RunningServer server;

    RoomRows(boolean stringIds) {
        this.stringIds = stringIds;
    }

    @BeforeAll
    void start() {
        server =
                RunningServer.start(
                        Map.of(
                                "VIDEOROOM_STRING_IDS",
                                Boolean.toString(stringIds),
                                "VIDEOROOM_ADMIN_KEY",
                                "key",
                                "ROOMS",
                                "[]"));
        var host = enter("host");
        host.ask("{'request':'create','room':#17,'secret':'s','admin_key':'key'}");
        host.ask(
                "{'request':'create','room':#18,'secret':'s','pin':'p','require_pvtid':true,"
                        + "'admin_key':'key'}");
        host.ask("{'request':'create','room':#19,'require_e2ee':true,'admin_key':'key'}");
        host.ask("{'request':'create','room':#20,'publishers':1,'admin_key':'key'}");
        enter("feed").publish("#17", "#80");
        enter("full").publish("#20", "#81");
        enter("newcomer");
        enter("joined").ask("{'request':'join','ptype':'publisher','room':#17,'id':#90}");
        enter("late").ask("{'request':'join','ptype':'publisher','room':#20,'id':#91}");
        enter("encrypted").ask("{'request':'join','ptype':'publisher','room':#19,'id':#92}");
        enter("publisher").publish("#17", "#93");
        enter("viewer").watch("#17", "#80", "");
        enter("gone").ask("{'request':'join','ptype':'publisher','room':#17,'id':#94}");
        at("gone").ask("{'request':'leave'}");
        enter("kicked").ask("{'request':'join','ptype':'publisher','room':#17,'id':#95}");
        host.ask("{'request':'kick','room':#17,'secret':'s','id':#95}");
        at("kicked").awaitField("reason");
    }

    private Guest at(String who) {
        return Objects.requireNonNull(scene.get(who), who);
    }

    private Guest enter(String who) {
        var guest = new Guest(server.address(), stringIds);
        scene.put(who, guest);
        return guest;
    }

    @AfterAll
    void stop() {
        scene.values().forEach(Guest::close);
        server.close();
    }

    @AfterEach
    void sayGoodbye() {
        guests.forEach(Guest::close);
        guests.clear();
    }

    final Guest guest() {
        var guest = new Guest(server.address(), stringIds);
        guests.add(guest);
        return guest;
    }

    private Guest inRoom(String room, String id) {
        var guest = guest();
        var joined =
                guest.ask(
                        "{'request':'join','ptype':'publisher','room':%s,'id':%s}"
                                .formatted(room, id));
        assertThat(joined.path("videoroom").asText()).as("%s", joined).isEqualTo("joined");
        return guest;
    }

    private void create(String room, String more) {
        var created =
                at("host")
                        .ask(
                                "{'request':'create','room':%s,'admin_key':'key','secret':'s'%s}"
                                        .formatted(room, more));
        assertThat(created.path("videoroom").asText()).as("%s", created).isEqualTo("created");
    }

    /// Who asks, what, with an `offer` or an `answer` or nothing, and how it is refused.
    @ParameterizedTest(name = "{3}: {0} {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    newcomer  ; {'request':'nonsense'} ; ; 423 ; Unknown request 'nonsense'
                    newcomer  ; {'request':'join','ptype':'subscriber','room':#17,'streams':[{'feed':#80}]} ; offer ; 423 ; Can't send an offer to create subscribers
                    joined    ; {'request':'start'} ; ; 423 ; Invalid request 'start' for a publisher
                    viewer    ; {'request':'publish'} ; ; 423 ; Invalid request 'publish' for a subscriber
                    newcomer  ; {'request':'configure'} ; ; 424 ; Invalid request on unconfigured participant
                    newcomer  ; {'request':'start'} ; ; 424 ; Invalid request on unconfigured participant
                    joined    ; {'request':'join','ptype':'publisher','room':#17} ; ; 425 ; Already in as a publisher on this handle
                    viewer    ; {'request':'join','ptype':'publisher','room':#17} ; ; 425 ; Already in as a subscriber on this handle
                    gone      ; {'request':'join','ptype':'publisher','room':#17} ; ; 425 ; Not in a room (create a new handle)
                    newcomer  ; {'request':'join','ptype':'publisher','room':#99} ; ; 426 ; No such room (#99)
                    newcomer  ; {'request':'listparticipants','room':#99} ; ; 426 ; No such room (#99)
                    gone      ; {'request':'configure'} ; ; 426 ; No such room
                    host      ; {'request':'create','room':#17,'admin_key':'key'} ; ; 427 ; Room #17 already exists
                    newcomer  ; {'request':'join','ptype':'subscriber','room':#17,'streams':[{'feed':#89}]} ; ; 428 ; No such feed (#89)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':#17,'streams':[{'feed':#80,'mid':'7'}]} ; ; 428 ; No such mid '7' in feed (#80)
                    publisher ; {'request':'configure','streams':[{'mid':'7','send':true}]} ; ; 428 ; No such mid '7' published
                    viewer    ; {'request':'configure','mid':'7','send':true} ; ; 428 ; No such mid '7' in subscription
                    host      ; {'request':'kick','room':#17,'secret':'s','id':#89} ; ; 428 ; No such user #89 in room #17
                    host      ; {'request':'moderate','room':#17,'secret':'s','id':#80,'mid':'7','mute':true} ; ; 428 ; No such stream 7
                    newcomer  ; {'request':'join','ptype':'publisher'} ; ; 429 ; Missing mandatory element (room)
                    newcomer  ; {'request':'join','room':#17} ; ; 429 ; Missing mandatory element (ptype)
                    newcomer  ; {'request':'join','ptype':'publisher','room':#18} ; ; 429 ; Missing mandatory element (pin)
                    newcomer  ; {'request':'kick','room':#17,'id':#80} ; ; 429 ; Missing mandatory element (secret)
                    newcomer  ; {'request':'create','room':#70} ; ; 429 ; Missing mandatory element (admin_key)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':#17} ; ; 429 ; At least one between 'streams' and 'feed' must be specified
                    viewer    ; {'request':'update'} ; ; 429 ; At least one of either 'subscribe' or 'unsubscribe' must be present
                    newcomer  ; {'request':'join','ptype':'x','room':#17} ; ; 430 ; Invalid element (ptype)
                    newcomer  ; {'request':'join','ptype':5,'room':#17} ; ; 430 ; Invalid element type (ptype should be a string)
                    joined    ; {'request':'publish','audiocodec':'pcmu'} ; offer ; 430 ; Audio codec unavailable in this room
                    joined    ; {'request':'publish','videocodec':'h264'} ; offer ; 430 ; Video codec unavailable in this room
                    viewer    ; {'request':'configure','mid':'0','substream':3} ; ; 430 ; Invalid value (substream/spatial_layer should be 0, 1 or 2)
                    viewer    ; {'request':'configure','mid':'0','temporal':3} ; ; 430 ; Invalid value (temporal/temporal_layer should be 0, 1 or 2)
                    publisher ; {'request':'configure','streams':[{'send':true},{'mid':'a'}]} ; ; 430 ; Invalid value (mid can't be null in a streams array)
                    viewer    ; {'request':'subscribe','streams':[]} ; ; 430 ; Empty subscription list
                    viewer    ; {'request':'unsubscribe','streams':[]} ; ; 430 ; Empty unsubscription list
                    viewer    ; {'request':'switch','streams':[]} ; ; 430 ; Empty switch list
                    host      ; {'request':'allowed','room':#17,'secret':'s','action':'x'} ; ; 430 ; Unsupported action 'x' (allowed)
                    viewer    ; {'request':'start'} ; offer ; 431 ; Only publishers send offers
                    late      ; {'request':'publish'} ; offer ; 432 ; Maximum number of publishers (1) already reached
                    newcomer  ; {'request':'destroy','room':#17,'secret':'x'} ; ; 433 ; Unauthorized (wrong secret)
                    newcomer  ; {'request':'join','ptype':'publisher','room':#18,'pin':'x'} ; ; 433 ; Unauthorized (wrong pin)
                    newcomer  ; {'request':'create','room':#70,'admin_key':'x'} ; ; 433 ; Unauthorized (wrong admin_key)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':#18,'pin':'p','streams':[{'feed':#80}]} ; ; 433 ; Unauthorized (this room requires a valid private_id)
                    kicked    ; {'request':'configure'} ; ; 433 ; Unauthorized, you have been kicked
                    encrypted ; {'request':'publish'} ; offer ; 433 ; Room requires end-to-end encrypted media
                    publisher ; {'request':'publish'} ; offer ; 434 ; Can't publish, already published
                    joined    ; {'request':'unpublish'} ; ; 435 ; Can't unpublish, not published
                    newcomer  ; {'request':'join','ptype':'publisher','room':#17,'id':#80} ; ; 436 ; User ID #80 already exists
                    newcomer  ; {'request':'join','ptype':'subscriber','room':#17,'feed':#80,'offer_audio':false,'offer_video':false} ; ; 437 ; Can't offer an SDP with no stream
                    newcomer  ; {'request':'rtp_forward','room':#17} ; ; 423 ; Request 'rtp_forward' is not supported yet
                    """)
    @DisplayName("row 17: every refusal by code and text, and nothing else comes of it")
    void row17(String who, String body, String type, int code, String text) {
        var asker = at(who);
        asker.told();

        var answer = asker.whole(body, type, type == null ? null : asker.offer());

        assertThat(answer.at("/plugindata/data"))
                .isEqualTo(
                        ((ObjectNode) asker.json("{'videoroom':'event'}"))
                                .put("error_code", code)
                                .put("error", Guest.plain(text, stringIds)));
        assertThat(asker.told()).as("what else came of it").isEmpty();
    }

    @Test
    @DisplayName("row 19: publishers are told once their media may flow, and never to themselves")
    void row19() {
        create("#30", "");
        var witness = inRoom("#30", "#1");
        var publisher = inRoom("#30", "#2");

        publisher.negotiate();
        assertThat(witness.told()).as("told before DTLS").isEmpty();
        publisher.connect();

        var told = witness.awaitField("publishers");
        assertThat(told.at("/publishers/0/id")).isEqualTo(witness.json("#2"));
        assertThat(told.at("/publishers/0/streams")).hasSize(2);
        assertThat(publisher.told()).as("told to the publisher itself").isEmpty();
    }

    @Test
    @DisplayName("row 20: the limit of publishers holds when publishing, not when joining")
    void row20() {
        create("#31", ",'publishers':1");
        var first = guest().publish("#31", "#1");
        var second = inRoom("#31", "#2");
        assertThat(
                        second.whole("{'request':'publish'}", "offer", second.offer())
                                .at("/plugindata/data/error_code")
                                .asInt())
                .isEqualTo(432);

        first.ask("{'request':'unpublish'}");
        second.awaitField("unpublished");
        second.publish();
    }

    @Test
    @DisplayName("row 21: a second video gets a section, which is used again when it is free")
    void row21() {
        create("#38", "");
        var publisher = guest().publish("#38", "#1");
        var other = guest().publish("#38", "#2");
        var viewer = guest().watch("#38", "#1", "");
        other.told();

        var answer = publisher.offerSecondVideo();
        assertThat(answer.at("/plugindata/data/configured").asText())
                .as("%s", answer)
                .isEqualTo("ok");
        assertThat(other.awaitField("publishers").at("/publishers/0/streams"))
                .as("what the others are told that it sends")
                .hasSize(3);

        var updated =
                viewer.whole(
                        "{'request':'update','subscribe':[{'feed':#1,'mid':'w'}]}", null, null);
        assertThat(updated.at("/plugindata/data/streams")).hasSize(3);
        assertThat(viewer.description().sections()).hasSize(3);
        viewer.answer();

        viewer.whole("{'request':'update','unsubscribe':[{'feed':#1,'mid':'w'}]}", null, null);
        assertThat(viewer.description().text().lines().filter("a=inactive"::equals)).hasSize(1);
        viewer.answer();
        viewer.whole("{'request':'update','subscribe':[{'feed':#2,'mid':'v'}]}", null, null);
        assertThat(viewer.description().sections()).as("the free section is used").hasSize(3);
        assertThat(viewer.description().text()).doesNotContain("a=inactive");
        viewer.answer();
    }

    @Test
    @DisplayName("row 22: two updates without an answer between them make one offer of both")
    void row22() {
        create("#32", "");
        guest().publish("#32", "#1");
        guest().publish("#32", "#2");
        guest().publish("#32", "#3");
        var viewer = guest().watch("#32", "#1", "");

        var one = viewer.whole("{'request':'update','subscribe':[{'feed':#2}]}", null, null);
        assertThat(one.at("/plugindata/data/videoroom").asText()).isEqualTo("updated");
        assertThat(one.at("/jsep/type").asText()).isEqualTo("offer");
        var two = viewer.whole("{'request':'update','subscribe':[{'feed':#3}]}", null, null);
        assertThat(two.at("/plugindata/data/videoroom").asText()).isEqualTo("updating");
        assertThat(two.has("jsep")).isFalse();
        viewer.answer();

        var offer = viewer.awaitOffer();
        assertThat(offer.sections()).as("sections of the one offer").hasSize(6);
        viewer.answer();
        assertThat(viewer.told()).as("told when all is answered").isEmpty();
    }

    @Test
    @DisplayName("row 23: who stops may publish again, and viewers are offered inactive sections")
    void row23() {
        create("#33", "");
        var publisher = guest().publish("#33", "#1");
        var viewer = guest().watch("#33", "#1", "");

        assertThat(publisher.ask("{'request':'unpublish'}").path("unpublished").asText())
                .isEqualTo("ok");
        publisher.awaitKind("hangup");

        var offer = viewer.awaitOffer();
        assertThat(offer.text().lines().filter("a=inactive"::equals)).hasSize(2);
        viewer.answer();
        var witness = inRoom("#33", "#2");
        var again = guest();
        assertThat(again.ask("{'request':'listparticipants','room':#33}").at("/participants"))
                .hasSize(2);
        publisher.republish();
        assertThat(witness.awaitField("publishers").at("/publishers/0/id"))
                .isEqualTo(witness.json("#1"));
    }

    @Test
    @DisplayName("row 28: moderate, kick, destroy with people in it; edit is not retroactive")
    void row28() {
        create("#34", ",'require_pvtid':true,'publishers':2");
        var publisher = guest().publish("#34", "#1");
        var witness = inRoom("#34", "#2");
        var host = at("host");

        assertThat(
                        host.ask(
                                "{'request':'moderate','room':#34,'secret':'s','id':#1,'mid':'a',"
                                        + "'mute':true}"))
                .isEqualTo(host.json("{'videoroom':'success'}"));
        var moderated = witness.awaitField("moderation");
        assertThat(moderated.path("id")).isEqualTo(witness.json("#1"));
        assertThat(moderated.path("mid").asText()).isEqualTo("a");
        assertThat(moderated.path("moderation").asText()).isEqualTo("muted");

        host.ask("{'request':'edit','room':#34,'secret':'s','new_publishers':1,'new_pin':'q'}");
        assertThat(
                        publisher
                                .ask("{'request':'configure','video':true}")
                                .path("configured")
                                .asText())
                .as("who was there before the limit was lowered")
                .isEqualTo("ok");
        var tooMany = witness.whole("{'request':'publish'}", "offer", witness.offer());
        assertThat(tooMany.at("/plugindata/data/error_code").asInt()).isEqualTo(432);

        assertThat(host.ask("{'request':'kick','room':#34,'secret':'s','id':#1}"))
                .isEqualTo(host.json("{'videoroom':'success'}"));
        assertThat(publisher.awaitField("leaving").path("reason").asText()).isEqualTo("kicked");
        assertThat(witness.awaitField("kicked").path("kicked")).isEqualTo(witness.json("#1"));
        publisher.awaitKind("hangup");

        assertThat(
                        host.ask("{'request':'destroy','room':#34,'secret':'s'}")
                                .path("videoroom")
                                .asText())
                .isEqualTo("destroyed");
        assertThat(awaitDestroyed(witness).path("room")).isEqualTo(witness.json("#34"));
        assertThat(host.ask("{'request':'exists','room':#34}").path("exists").asBoolean(true))
                .isFalse();
    }

    private static JsonNode awaitDestroyed(Guest who) {
        for (; ; ) {
            var told = who.awaitField("room");
            if (told.path("videoroom").asText().equals("destroyed")) {
                return told;
            }
        }
    }

    @Test
    @DisplayName("row 29: pin, secret, allowed tokens, private rooms")
    void row29() {
        create("#35", ",'pin':'p','is_private':true,'allowed':['t1']");
        var host = at("host");

        assertThat(host.ask("{'request':'exists','room':#35}").path("exists").asBoolean())
                .as("a private room exists")
                .isTrue();
        assertThat(rooms(host.ask("{'request':'list'}"))).doesNotContain(host.json("#35"));
        assertThat(rooms(host.ask("{'request':'list','admin_key':'key'}")))
                .contains(host.json("#35"));

        var join = "{'request':'join','ptype':'publisher','room':#35%s}";
        var guest = guest();
        assertThat(guest.ask(join.formatted(",'token':'t1'")).path("error_code").asInt())
                .as("without the pin")
                .isEqualTo(429);
        assertThat(guest.ask(join.formatted(",'pin':'p'")).path("error").asText())
                .isEqualTo("Unauthorized (not in the allowed list)");
        assertThat(guest.ask(join.formatted(",'pin':'p','token':'t2'")).path("error_code").asInt())
                .isEqualTo(433);
        var added =
                host.ask(
                        "{'request':'allowed','room':#35,'secret':'s','action':'add',"
                                + "'allowed':['t2']}");
        assertThat(added.path("allowed")).isEqualTo(host.json("['t1','t2']"));
        assertThat(guest.ask(join.formatted(",'pin':'p','token':'t2'")).path("videoroom").asText())
                .isEqualTo("joined");
        host.ask("{'request':'allowed','room':#35,'secret':'s','action':'disable'}");
        assertThat(guest().ask(join.formatted(",'pin':'p'")).path("videoroom").asText())
                .as("when no tokens are asked for any more")
                .isEqualTo("joined");
    }

    private static List<JsonNode> rooms(JsonNode list) {
        var rooms = new ArrayList<JsonNode>();
        list.path("list").forEach(room -> rooms.add(room.path("room")));
        return rooms;
    }

    @Test
    @DisplayName("row 33: with notify_joining people hear who comes, and who is there")
    void row33() {
        create("#36", ",'notify_joining':true");
        var first = inRoom("#36", "#1");
        var second = guest();

        var joined =
                second.ask(
                        "{'request':'join','ptype':'publisher','room':#36,'id':#2,"
                                + "'display':'Bob'}");

        assertThat(joined.path("attendees")).isEqualTo(second.json("[{'id':#1}]"));
        assertThat(first.awaitField("joining").path("joining"))
                .isEqualTo(first.json("{'id':#2,'display':'Bob'}"));
    }

    @Test
    @DisplayName("row 38: a dummy publisher is listed and watched, and sends nothing")
    void row38() {
        create("#37", ",'dummy_publisher':true");
        var guest = guest();
        var joined = guest.ask("{'request':'join','ptype':'publisher','room':#37,'id':#1}");

        var dummy = joined.at("/publishers/0");
        assertThat(dummy.path("dummy").asBoolean()).as("%s", joined).isTrue();
        var feed = dummy.path("id");
        assertThat(stringIds ? feed.isTextual() : feed.isIntegralNumber()).isTrue();
        var viewer = guest().watch("#37", feed.toString().replace('"', '\''), "");
        assertThat(viewer.description().sections())
                .as("a section for each codec")
                .hasSize(dummy.path("streams").size());
    }

    @Test
    @DisplayName("row 35: ids of the other kind are refused")
    void row35() {
        var guest = guest();
        var wrong = stringIds ? "7" : "'seven'";
        var kind = stringIds ? "a string" : "a positive integer";
        for (var request :
                List.of(
                        "'request':'exists','room':" + wrong + " ; room",
                        "'request':'create','admin_key':'key','room':" + wrong + " ; room",
                        "'request':'listparticipants','room':" + wrong + " ; room",
                        "'request':'destroy','room':" + wrong + " ; room",
                        "'request':'join','ptype':'publisher','room':" + wrong + " ; room",
                        "'request':'join','ptype':'publisher','room':#17,'id':" + wrong + " ; id",
                        "'request':'join','ptype':'subscriber','room':#17,'streams':[{'feed':"
                                + wrong
                                + "}] ; feed",
                        "'request':'kick','room':#17,'secret':'s','id':" + wrong + " ; id")) {
            var parts = request.split(" ; ", 2);
            var answer = guest.ask("{" + parts[0] + "}");
            assertThat(answer.path("error_code").asInt()).as("%s", request).isEqualTo(430);
            assertThat(answer.path("error").asText())
                    .isEqualTo("Invalid element type (" + parts[1] + " should be " + kind + ")");
        }
    }
}
