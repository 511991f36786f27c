// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static io.portunus.deploy.conformance.Scene.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.RunningServer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The rows about rooms and who is in them, with ids of either kind, which is row 35.
@ParameterizedClass(name = "{0} ids")
@EnumSource
@Timeout(60)
class RoomRowsTest {
    private static @Nullable RunningServer server;

    private final IdKind ids;

    private final Scene room;

    RoomRowsTest(IdKind ids) {
        this.ids = ids;
        room = new Scene(Objects.requireNonNull(server), ids);
    }

    @BeforeParameterizedClassInvocation
    static void start(IdKind ids) {
        server =
                RunningServer.start(
                        Map.of("VIDEOROOM_STRING_IDS", String.valueOf(ids == IdKind.STRING)));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        Objects.requireNonNull(server).close();
    }

    @AfterEach
    void leave() {
        room.close();
    }

    @Test
    @DisplayName("row 19: publishers are told after DTLS, and never to themselves")
    void row19APublisherIsToldToTheOthersAfterDtlsAndNeverToItself() {
        room.create("");
        var other = room.participant("#1");
        var publisher = room.participant("#2", ",'display':'Ann'");

        publisher.offer("{'request':'publish'}");
        other.isToldNothing("before the publisher is connected");
        assertThat(room.participant("#3").joined().path("publishers"))
                .as("who is told to publish, before DTLS")
                .isEmpty();
        publisher.connect();
        publisher.awaitUp();

        assertThat(other.told())
                .isEqualTo(
                        room.json(
                                """
                                {'videoroom':'event','room':ROOM,'publishers':[
                                  {'id':#2,'display':'Ann','audio_codec':'opus','video_codec':'vp8','streams':[
                                    {'type':'audio','mindex':0,'mid':'a','codec':'opus'},
                                    {'type':'video','mindex':1,'mid':'v','codec':'vp8'}]}]}
                                """));
        publisher.isToldNothing("the publisher of itself");
        assertThat(room.participant("#4").joined().path("publishers"))
                .as("who is told to publish to somebody who joins later")
                .hasSize(1);
    }

    @Test
    @DisplayName("row 20: the publisher after the last is 432, though it has joined")
    void row20WhoIsOneTooManyMayJoinButNotPublish() {
        room.create(",'publishers':1");
        room.publisher("#1");
        var second = room.participant("#2");

        assertThat(second.ask("{'request':'publish'}", Person.jsep("offer", second.offer())))
                .isEqualTo(error(432, "Maximum number of publishers (1) already reached"));
        assertThat(second.ask("{'request':'listparticipants','room':ROOM}"))
                .isEqualTo(
                        room.json(
                                """
                                {'videoroom':'participants','room':ROOM,'participants':[
                                  {'id':#1,'publisher':true},{'id':#2,'publisher':false}]}
                                """));
    }

    @Test
    @DisplayName("row 14: an offer right behind a hangup gets a PeerConnection of its own")
    void row14AnOfferRightBehindAHangupGetsAPeerConnectionOfItsOwn() {
        room.create("");
        var publisher = room.publisher("#1");
        var before = publisher.described();

        assertThat(publisher.wire().request(publisher.request("hangup")).path("janus").asText())
                .isEqualTo("success");
        publisher.renewMedia();
        publisher.offer("{'request':'publish'}");

        assertThat(publisher.described().transport().ufrag())
                .as("where the old one was told to be reached")
                .isNotEqualTo(before.transport().ufrag());
        assertThat(publisher.notified())
                .isEqualTo(publisher.notification("hangup").put("reason", "Janus API"));
        publisher.connect();
        publisher.awaitUp();
    }

    @Test
    @DisplayName("row 23: a viewer whose connection is gone subscribes again on one handle")
    void row23AViewerWhoseConnectionIsGoneMaySubscribeAgainOnTheSameHandle() {
        room.create("");
        room.publisher("#1");
        var subscriber = room.subscriber("#1");
        assertThat(subscriber.wire().request(subscriber.request("hangup")).path("janus").asText())
                .isEqualTo("success");
        assertThat(subscriber.notified())
                .isEqualTo(subscriber.notification("hangup").put("reason", "Janus API"));

        subscriber.renewMedia();
        var updated = subscriber.subscribe("{'request':'update','subscribe':[{'feed':#1}]}");

        assertThat(updated.path("videoroom").asText()).isEqualTo("updated");
        assertThat(updated.path("streams")).hasSize(2);
        subscriber.start();
        subscriber.connect();
        subscriber.awaitUp();
    }

    @Test
    @DisplayName(
            "row 23: unpublish and publish again on one handle; subscribers get inactive lines")
    void row23WhoUnpublishesMayPublishAgainOnTheSameHandle() {
        room.create("");
        var publisher = room.publisher("#1");
        var subscriber = room.subscriber("#1");
        var other = room.participant("#2");

        assertThat(publisher.ask("{'request':'unpublish'}"))
                .isEqualTo(room.json("{'videoroom':'event','room':ROOM,'unpublished':'ok'}"));
        assertThat(publisher.notified())
                .isEqualTo(publisher.notification("hangup").put("reason", "Close PC"));
        assertThat(other.told())
                .isEqualTo(room.json("{'videoroom':'event','room':ROOM,'unpublished':#1}"));
        assertThat(subscriber.told())
                .isEqualTo(
                        room.json(
                                """
                                {'videoroom':'updated','room':ROOM,'streams':[
                                  {'type':'audio','active':false,'mindex':0,'mid':'0','ready':false,'send':true},
                                  {'type':'video','active':false,'mindex':1,'mid':'1','ready':false,'send':true}]}
                                """));
        assertThat(subscriber.described().sections())
                .as("the sections of the offer without a feed")
                .allMatch(section -> section.direction().equals("inactive"));
        subscriber.start();

        publisher.renewMedia();
        publisher.publish("{'request':'publish'}");

        assertThat(other.told().path("publishers").path(0).path("streams")).hasSize(2);
        subscriber.subscribe("{'request':'update','subscribe':[{'feed':#1}]}");
        assertThat(subscriber.described().sections())
                .as("the sections are used again")
                .hasSize(2)
                .allMatch(section -> section.direction().equals("sendonly"));
        subscriber.isToldNothing("besides");
    }

    @Test
    @DisplayName("row 33: who joins is told to the others, who is there to who joins")
    void row33WhoJoinsIsToldToTheOthersAndWhoIsThereToWhoJoins() {
        room.create(",'notify_joining':true");
        var publisher = room.publisher("#1");
        var first = room.participant("#2", ",'display':'Bob'");
        assertThat(publisher.told())
                .isEqualTo(
                        room.json(
                                "{'videoroom':'event','room':ROOM,'joining':{'id':#2,'display':'Bob'}}"));

        var second = room.participant("#3");

        assertThat(second.joined().path("attendees"))
                .as("who is there and does not publish")
                .isEqualTo(room.json("{'a':[{'id':#2,'display':'Bob'}]}").path("a"));
        assertThat(second.joined().path("publishers").findValues("id"))
                .isEqualTo(List.of(room.json("{'id':#1}").path("id")));
        for (var other : new Person[] {publisher, first}) {
            assertThat(other.told())
                    .isEqualTo(room.json("{'videoroom':'event','room':ROOM,'joining':{'id':#3}}"));
        }
        second.isToldNothing("who joined, of itself");
    }

    @Test
    @DisplayName("row 35: ids of the other kind are 430")
    void row35IdsOfTheOtherKindAreRefused() {
        room.create("");
        room.publisher("#1");
        var foreign = ids.foreign(7);
        for (var request :
                new String[] {
                    "'create'",
                    "'exists'",
                    "'edit'",
                    "'destroy'",
                    "'listparticipants'",
                    "'allowed','action':'enable'",
                    "'kick','id':#1",
                    "'moderate','id':#1,'mid':'v','mute':true",
                    "'join','ptype':'publisher'",
                    "'join','ptype':'subscriber','streams':[{'feed':#1}]"
                }) {
            isOfTheWrongKind("{'request':" + request + ",'room':" + foreign + "}", "room");
        }
        for (var request :
                new String[] {
                    "'kick'", "'moderate','mid':'v','mute':true", "'join','ptype':'publisher'"
                }) {
            isOfTheWrongKind("{'room':ROOM,'request':" + request + ",'id':" + foreign + "}", "id");
        }
        for (var feeds : new String[] {"'feed':FEED", "'streams':[{'feed':FEED}]"}) {
            isOfTheWrongKind(
                    "{'request':'join','room':ROOM,'ptype':'subscriber',"
                            + feeds.replace("FEED", foreign)
                            + "}",
                    "feed");
        }
    }

    private void isOfTheWrongKind(String request, String element) {
        assertThat(room.person().ask(request))
                .as("what is answered to %s", request)
                .isEqualTo(
                        error(
                                430,
                                "Invalid element type ("
                                        + element
                                        + " should be "
                                        + ids.wanted()
                                        + ")"));
    }

    @Test
    @DisplayName("row 38: a dummy is listed as such, and gives a line for each codec and no media")
    void row38ADummyIsListedAndGivesALineForEachCodec() {
        room.create(",'dummy_publisher':true,'audiocodec':'opus','videocodec':'vp8,h264'");
        var person = room.participant("#1");
        var dummy = person.joined().at("/publishers/0");
        assertThat(dummy.path("dummy").asBoolean()).as("%s", dummy).isTrue();
        assertThat(dummy.path("display").asText()).isEqualTo("Dummy publisher");
        assertThat(dummy.path("streams").findValuesAsText("codec"))
                .containsExactly("opus", "vp8", "h264");
        assertThat(person.ask("{'request':'listparticipants','room':ROOM}").path("participants"))
                .anyMatch(one ->
                        one.path("id").equals(dummy.path("id"))
                                && one.path("dummy").asBoolean()
                                && one.path("publisher").asBoolean());

        var subscriber = room.person();
        var attached =
                subscriber.subscribe(
                        "{'request':'join','room':ROOM,'ptype':'subscriber','streams':[{'feed':"
                                + dummy.path("id")
                                + "}]}");
        subscriber.start();
        subscriber.connect();
        subscriber.awaitUp();

        assertThat(attached.path("streams").findValuesAsText("codec"))
                .containsExactly("opus", "vp8", "h264");
        assertThat(subscriber.described().sections()).hasSize(3);
        subscriber.isToldNothing("of media that never comes");
    }
}
