// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static io.portunus.deploy.conformance.Scene.error;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.deploy.RunningServer;
import io.portunus.deploy.testkit.JanusClient;
import java.time.Duration;
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

/// Rows 28 and 29, who may do what and who is told, with ids of either kind.
@ParameterizedClass(name = "{0} ids")
@EnumSource
@Timeout(60)
class ModerationRowsTest {
    /// Packets that may be on their way while somebody is silenced.
    private static final int MOST_UNDER_WAY = 50;

    /// Packets in a row that show that nothing comes any more.
    private static final int SILENT_PACKETS = 10;

    private static final Duration PATIENCE = Duration.ofMillis(JanusClient.PATIENCE_MILLIS);

    private static @Nullable RunningServer server;

    private final Scene room;

    ModerationRowsTest(IdKind ids) {
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
    @DisplayName("row 28: who is moderated is told to everybody, itself included")
    void row28WhoIsModeratedIsToldToEverybody() {
        room.create(",'secret':'s3'");
        var target = room.publisher("#1");
        var other = room.participant("#2");

        for (var mute : new boolean[] {true, false}) {
            assertThat(
                            other.ask(
                                    "{'request':'moderate','room':ROOM,'secret':'s3','id':#1,"
                                            + "'mid':'v','mute':"
                                            + mute
                                            + "}"))
                    .isEqualTo(Wire.json("{'videoroom':'success'}"));
            var told =
                    room.json("{'videoroom':'event','room':ROOM,'id':#1,'mid':'v'}")
                            .put("moderation", mute ? "muted" : "unmuted");
            assertThat(target.told()).isEqualTo(told);
            assertThat(other.told()).isEqualTo(told);
        }
    }

    @Test
    @DisplayName("row 28: who is kicked is told so, the others once")
    void row28WhoIsKickedIsToldSoAndTheOthersOnce() {
        room.create(",'secret':'s3'");
        var target = room.publisher("#1");
        var other = room.participant("#2");

        assertThat(other.ask("{'request':'kick','room':ROOM,'secret':'s3','id':#1}"))
                .isEqualTo(Wire.json("{'videoroom':'success'}"));

        assertThat(target.told())
                .isEqualTo(
                        room.json(
                                "{'videoroom':'event','room':ROOM,'leaving':'ok','reason':'kicked'}"));
        assertThat(target.notified())
                .isEqualTo(target.notification("hangup").put("reason", "Close PC"));
        assertThat(other.told())
                .isEqualTo(room.json("{'videoroom':'event','room':ROOM,'kicked':#1}"));
        target.isToldNothing("the one who was kicked, besides");
        other.isToldNothing("the others, besides");
        assertThat(target.ask("{'request':'configure','bitrate':0}"))
                .isEqualTo(error(433, "Unauthorized, you have been kicked"));
    }

    @Test
    @DisplayName("row 28: a kick mutes what the kicked one watches only where private ids tie both")
    void row28AKickMutesSubscriptionsOnlyWherePrivateIdsTieThem() throws InterruptedException {
        for (var tied : new boolean[] {true, false}) {
            try (var room = this.room.another()) {
                room.create(",'require_pvtid':" + tied);
                var feed = room.publisher("#1");
                var target = room.participant("#2");
                var witness = watching(room, room.participant("#3"));
                var watching = watching(room, target);
                feed.send(feed.stream("v"), 0);
                watching.awaitRtp();
                witness.awaitRtp();

                witness.ask("{'request':'kick','room':ROOM,'id':#2}");
                assertThat(target.told().path("reason").asText()).isEqualTo("kicked");

                if (tied) {
                    assertThat(watching.ask("{'request':'start'}"))
                            .isEqualTo(error(433, "Unauthorized, you have been kicked"));
                    receivesNothingMore(watching, feed, witness);
                } else {
                    feed.send(feed.stream("v"), 1);
                    watching.awaitRtp();
                }
                watching.isToldNothing("the one who watches, of its connection");
            }
        }
    }

    /// What was under way when the connection was silenced may still come; then nothing does,
    /// though it does to somebody else. What has come is in the queue when the server has answered
    /// behind it.
    private static void receivesNothingMore(Person who, Person feed, Person witness)
            throws InterruptedException {
        var came = 0;
        var silent = 0;
        for (var n = 1; n <= MOST_UNDER_WAY + SILENT_PACKETS && silent < SILENT_PACKETS; n++) {
            feed.send(feed.stream("v"), n);
            witness.awaitRtp();
            who.media().catchUp(PATIENCE);
            if (who.media().nextRtp(Duration.ZERO) == null) {
                silent++;
            } else {
                came++;
                silent = 0;
            }
        }
        assertThat(silent)
                .as("packets in a row that did not come to who was kicked; %s did", came)
                .isEqualTo(SILENT_PACKETS);
    }

    private static Person watching(Scene room, Person participant) {
        var person = room.person();
        person.subscribe(
                "{'request':'join','room':ROOM,'ptype':'subscriber','streams':[{'feed':#1}],"
                        + "'private_id':"
                        + participant.joined().path("private_id").asLong()
                        + "}");
        person.start();
        person.connect();
        person.awaitUp();
        return person;
    }

    @Test
    @DisplayName("row 28: the end of a room is told to all who are in it")
    void row28TheEndOfARoomIsToldToAllWhoAreInIt() {
        room.create(",'secret':'s3'");
        var publisher = room.publisher("#1");
        var other = room.participant("#2");

        assertThat(room.person().ask("{'request':'destroy','room':ROOM,'secret':'s3'}"))
                .isEqualTo(room.json("{'videoroom':'destroyed','room':ROOM,'permanent':false}"));

        var told = room.json("{'videoroom':'destroyed','room':ROOM}");
        assertThat(publisher.told()).isEqualTo(told);
        assertThat(publisher.notified())
                .isEqualTo(publisher.notification("hangup").put("reason", "Close PC"));
        assertThat(other.told()).isEqualTo(told);
        publisher.isToldNothing("the publisher, besides");
        other.isToldNothing("the others, besides");
    }

    @Test
    @DisplayName("row 28: what is edited holds from now on, not for who is there")
    void row28WhatIsEditedHoldsFromNowOn() {
        room.create(",'secret':'s3'");
        var publisher = room.publisher("#1");
        var other = room.participant("#2");

        assertThat(
                        other.ask(
                                "{'request':'edit','room':ROOM,'secret':'s3','new_publishers':0,"
                                        + "'new_pin':'p4'}"))
                .isEqualTo(room.json("{'videoroom':'edited','room':ROOM,'permanent':false}"));

        publisher.isToldNothing("who is there");
        other.isToldNothing("who is there");
        assertThat(
                        other.ask("{'request':'listparticipants','room':ROOM}")
                                .at("/participants/0/publisher")
                                .asBoolean())
                .as("who publishes goes on")
                .isTrue();
        assertThat(room.person().ask("{'request':'join','room':ROOM,'ptype':'publisher'}"))
                .isEqualTo(error(429, "Missing mandatory element (pin)"));
        assertThat(other.ask("{'request':'publish'}", Person.jsep("offer", other.offer())))
                .isEqualTo(error(432, "Maximum number of publishers (0) already reached"));
    }

    @Test
    @DisplayName("row 29: the pin is asked of publishers and subscribers")
    void row29ThePinIsAskedOfEverybodyWhoJoins() {
        room.create(",'pin':'p4'");
        var feed = room.participant("#1", ",'pin':'p4'");
        feed.publish("{'request':'publish'}");
        for (var join :
                new String[] {
                    "'ptype':'publisher'", "'ptype':'subscriber','streams':[{'feed':#1}]"
                }) {
            var person = room.person();
            var request = "{'request':'join','room':ROOM," + join;
            assertThat(person.ask(request + "}"))
                    .isEqualTo(error(429, "Missing mandatory element (pin)"));
            assertThat(person.ask(request + ",'pin':'p5'}"))
                    .isEqualTo(error(433, "Unauthorized (wrong pin)"));
            assertThat(person.ask(request + ",'pin':'p4'}").path("videoroom").asText())
                    .isIn("joined", "attached");
        }
    }

    @Test
    @DisplayName("row 29: the secret is asked of who edits, destroys, kicks, moderates and allows")
    void row29TheSecretIsAskedOfWhoAdministersARoom() {
        room.create(",'secret':'s3'");
        var person = room.publisher("#1");
        for (var request :
                new String[] {
                    "'edit','new_description':'x'",
                    "'allowed','action':'enable'",
                    "'moderate','id':#1,'mid':'v','mute':true",
                    "'kick','id':#1",
                    "'destroy'",
                }) {
            var asked = "{'room':ROOM,'request':" + request;
            assertThat(person.ask(asked + "}"))
                    .as("%s without a secret", asked)
                    .isEqualTo(error(429, "Missing mandatory element (secret)"));
            assertThat(person.ask(asked + ",'secret':'s4'}"))
                    .as("%s with a wrong secret", asked)
                    .isEqualTo(error(433, "Unauthorized (wrong secret)"));
        }
        person.isToldNothing("after requests that were refused");
    }

    @Test
    @DisplayName("row 29: only tokens of the list may join, while it is checked")
    void row29OnlyTokensOfTheListMayJoinWhileItIsChecked() {
        room.create(",'allowed':['one']");
        var person = room.person();
        var refused = error(433, "Unauthorized (not in the allowed list)");

        assertThat(join(person, "")).isEqualTo(refused);
        assertThat(join(person, ",'token':'two'")).isEqualTo(refused);
        assertThat(person.ask("{'request':'allowed','room':ROOM,'action':'add','allowed':['two']}"))
                .isEqualTo(
                        room.json("{'videoroom':'success','room':ROOM,'allowed':['one','two']}"));
        assertThat(
                        person.ask(
                                "{'request':'allowed','room':ROOM,'action':'remove','allowed':['one']}"))
                .isEqualTo(room.json("{'videoroom':'success','room':ROOM,'allowed':['two']}"));
        assertThat(join(person, ",'token':'one'")).isEqualTo(refused);
        assertThat(join(person, ",'token':'two'").path("videoroom").asText()).isEqualTo("joined");
        assertThat(person.ask("{'request':'allowed','room':ROOM,'action':'disable'}"))
                .isEqualTo(room.json("{'videoroom':'success','room':ROOM}"));
        assertThat(join(room.person(), "").path("videoroom").asText()).isEqualTo("joined");
    }

    private static JsonNode join(Person person, String more) {
        return person.ask("{'request':'join','room':ROOM,'ptype':'publisher'" + more + "}");
    }

    @Test
    @DisplayName("row 29: a private room exists and is not listed")
    void row29APrivateRoomExistsAndIsNotListed() {
        room.create(",'is_private':true");
        try (var open = room.another()) {
            open.create("");
            var person = open.person();
            var listed = person.ask("{'request':'list'}").path("list").findValues("room");
            assertThat(listed)
                    .contains(open.json("{'room':ROOM}").path("room"))
                    .doesNotContain(room.json("{'room':ROOM}").path("room"));
        }
        assertThat(room.person().ask("{'request':'exists','room':ROOM}"))
                .isEqualTo(room.json("{'videoroom':'success','room':ROOM,'exists':true}"));
    }
}
