// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.deploy.RunningServer;
import io.portunus.deploy.testkit.ScriptedMedia;
import java.util.Arrays;
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

/// Rows 21, 22, 24, 32 and 36: what is negotiated and what then flows, with ids of either kind.
@ParameterizedClass(name = "{0} ids")
@EnumSource
@Timeout(60)
class MediaRowsTest {
    /// Of one video frame.
    private static final int PACKETS = 4;

    private static final int LEVEL_EXTENSION = 1;
    private static final int LOUD = 10;
    private static final int SILENT = 127;

    /// A tenth of a second: the server's clock is read at other moments than ours.
    private static final int SLACK_TICKS = 9_000;

    private static @Nullable RunningServer server;

    private final Scene room;

    MediaRowsTest(IdKind ids) {
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
    @DisplayName("row 21: a second video gets a section, which is used again when it is free")
    void row21ASecondVideoGetsASectionWhichIsUsedAgain() {
        room.create("");
        var publisher = room.publisher("#1");
        var other = room.publisher("#2");
        var viewer = room.subscriber("#1");
        publisher.forget();

        publisher.streams().put("w", ScriptedMedia.vp8(120, 0xC000_0001L));
        assertThat(publisher.offer("{'request':'configure'}").path("streams")).hasSize(3);

        assertThat(other.told())
                .isEqualTo(
                        room.json(
                                """
                                {'videoroom':'event','room':ROOM,'publishers':[
                                  {'id':#1,'audio_codec':'opus','video_codec':'vp8','streams':[
                                    {'type':'audio','mindex':0,'mid':'a','codec':'opus'},
                                    {'type':'video','mindex':1,'mid':'v','codec':'vp8'},
                                    {'type':'video','mindex':2,'mid':'w','codec':'vp8'}]}]}
                                """));
        viewer.isToldNothing("subscribers, who learn of it by the event");
        assertThat(viewer.subscribe("{'request':'update','subscribe':[{'feed':#1,'mid':'w'}]}"))
                .isEqualTo(
                        room.json(
                                """
                                {'videoroom':'updated','room':ROOM,'streams':[
                                  {'type':'audio','active':true,'mindex':0,'mid':'0','ready':true,'send':true,
                                   'feed_id':#1,'feed_mid':'a','codec':'opus'},
                                  {'type':'video','active':true,'mindex':1,'mid':'1','ready':true,'send':true,
                                   'feed_id':#1,'feed_mid':'v','codec':'vp8'},
                                  {'type':'video','active':true,'mindex':2,'mid':'2','ready':false,'send':true,
                                   'feed_id':#1,'feed_mid':'w','codec':'vp8'}]}
                                """));
        viewer.start();
        publisher.isToldNothing("the publisher of itself");

        var without = viewer.subscribe("{'request':'update','unsubscribe':[{'sub_mid':'2'}]}");
        assertThat(without.at("/streams/2"))
                .isEqualTo(
                        Wire.json(
                                "{'type':'video','active':false,'mindex':2,'mid':'2','ready':false,"
                                        + "'send':true}"));
        assertThat(viewer.described().sections().get(2).direction()).isEqualTo("inactive");
        viewer.start();

        var again = viewer.subscribe("{'request':'update','subscribe':[{'feed':#2,'mid':'v'}]}");
        assertThat(again.path("streams")).hasSize(3);
        assertThat(again.at("/streams/2"))
                .isEqualTo(
                        room.json(
                                "{'type':'video','active':true,'mindex':2,'mid':'2','ready':false,"
                                        + "'send':true,'feed_id':#2,'feed_mid':'v','codec':'vp8'}"));
        assertThat(viewer.described().sections().get(2).direction()).isEqualTo("sendonly");
        viewer.start();
    }

    @Test
    @DisplayName("row 22: two updates without an answer between them make one offer of both")
    void row22TwoUpdatesWithoutAnAnswerMakeOneOffer() {
        room.create("");
        room.publisher("#1");
        room.publisher("#2");
        room.publisher("#3");
        var viewer = room.subscriber("#1");

        var first = viewer.subscribe("{'request':'update','subscribe':[{'feed':#2}]}");
        assertThat(first.path("videoroom").asText()).isEqualTo("updated");
        var second =
                viewer.answer(
                        "{'request':'update','subscribe':[{'feed':#3}],'unsubscribe':[{'feed':#1}]}",
                        null);
        assertThat(second.at("/plugindata/data"))
                .isEqualTo(room.json("{'videoroom':'updating','room':ROOM}"));
        assertThat(second.has("jsep")).as("a second offer, the first one unanswered").isFalse();
        viewer.isToldNothing("before the answer");
        viewer.start();

        var both = viewer.told();
        assertThat(both.path("videoroom").asText()).isEqualTo("updated");
        assertThat(both.path("streams").findValues("feed_id"))
                .as("feeds of the one offer, whose first sections are used again")
                .isEqualTo(list("[#3,#3,#2,#2]"));
        assertThat(viewer.described().sections()).hasSize(4);
        viewer.start();
        viewer.isToldNothing("when all is answered");
    }

    private List<JsonNode> list(String values) {
        return room.json("{'all':" + values + "}").path("all").valueStream().toList();
    }

    @Test
    @DisplayName("row 24: a switch goes without SDP, unbroken, and begins with a key frame")
    void row24ASwitchIsOneUnbrokenStreamThatBeginsWithAKeyFrame() throws InterruptedException {
        room.create("");
        var before = room.publisher("#1");
        var after = room.publisher("#2");
        var viewer = room.subscriber("#1");
        var video = after.stream("v");
        video.keyFramesEvery(2);
        var last = before.stream("v");
        var from = System.nanoTime();
        for (var n = 0; n < PACKETS; n++) {
            before.send(last, n);
        }
        var first = viewer.awaitRtp();
        for (var n = 1; n < PACKETS; n++) {
            viewer.awaitRtp();
        }

        var switched =
                viewer.ask("{'request':'switch','streams':[{'feed':#2,'mid':'v','sub_mid':'1'}]}");

        assertThat(switched.path("switched").asText()).as("%s", switched).isEqualTo("ok");
        assertThat(switched.path("changes").asInt()).isEqualTo(1);
        assertThat(switched.at("/streams/1"))
                .isEqualTo(
                        room.json(
                                "{'type':'video','active':true,'mindex':1,'mid':'1','ready':true,"
                                        + "'send':true,'feed_id':#2,'feed_mid':'v','codec':'vp8'}"));
        after.awaitKeyFrameRequest(video);
        // A frame that needs another one, and then a key frame.
        for (var n = PACKETS; n < 3 * PACKETS; n++) {
            after.send(video, n);
        }
        var stamp = first.timestamp();
        for (var n = 0; n < PACKETS; n++) {
            var packet = viewer.awaitRtp();
            assertThat(packet.sequence())
                    .as("the number of packet %d after the switch", n)
                    .isEqualTo((first.sequence() + PACKETS + n) & 0xFFFF);
            assertThat(content(packet.payload()))
                    .as("packet %d after the switch is of the key frame", n)
                    .isEqualTo(content(video.payload(2 * PACKETS + n)));
            assertThat(packet.timestamp() - stamp)
                    .as("how the time goes on")
                    .isBetween(1, ticks(System.nanoTime() - from) + SLACK_TICKS);
        }
        viewer.isToldNothing("besides, with no offer among it");
    }

    private static int ticks(long nanos) {
        return (int) (nanos * 90_000 / 1_000_000_000);
    }

    /// All but the VP8 descriptor, whose numbers are each subscriber's own.
    private static byte[] content(byte[] payload) {
        return Arrays.copyOfRange(payload, ScriptedMedia.VP8_DESCRIPTOR_BYTES, payload.length);
    }

    @Test
    @DisplayName("row 32: who begins or stops to talk is told once, and newcomers who talks")
    void row32WhoTalksIsToldWhenThatChanges() {
        room.create(",'audiolevel_event':true,'audio_active_packets':10,'audio_level_average':50");
        var other = room.participant("#2");
        var talker = room.participant("#1");
        talker.offer(
                "{'request':'publish'}",
                Person.jsep(
                        "offer",
                        talker.offer()
                                .replace(
                                        "a=mid:a\r\n",
                                        "a=mid:a\r\na=extmap:1 urn:ietf:params:rtp-hdrext:"
                                                + "ssrc-audio-level\r\n")));
        talker.connect();
        talker.awaitUp();
        other.told();

        speak(talker, 0, 30, LOUD);
        isTold("talking", talker, other);
        assertThat(room.participant("#3").joined().at("/publishers/0/talking").asBoolean())
                .as("who talks, to a newcomer")
                .isTrue();
        var listed = other.ask("{'request':'listparticipants','room':ROOM}").path("participants");
        assertThat(listed).contains(room.json("{'id':#1,'publisher':true,'talking':true}"));

        speak(talker, 30, 60, SILENT);
        isTold("stopped-talking", talker, other);
        other.isToldNothing("besides, while nothing changed");
    }

    private static void speak(Person talker, int from, int to, int level) {
        var stream = talker.stream("a");
        for (var n = from; n < to; n++) {
            talker.sendWithExtension(stream, n, LEVEL_EXTENSION, level);
        }
    }

    private void isTold(String what, Person... people) {
        for (var person : people) {
            var told = person.told();
            assertThat(told.remove("audio-level-dBov-avg").isNumber()).isTrue();
            assertThat(told)
                    .isEqualTo(
                            room.json("{'room':ROOM,'id':#1,'mindex':0,'mid':'a'}")
                                    .put("videoroom", what));
        }
    }

    @Test
    @DisplayName("row 36: an ICE restart of the publisher is answered, and media goes on")
    void row36AnIceRestartOfThePublisherLosesNothing() throws InterruptedException {
        room.create("");
        var publisher = room.publisher("#1");
        var viewer = room.subscriber("#1");
        var video = publisher.stream("v");
        publisher.send(video, 0);
        var first = viewer.awaitRtp();
        var before = publisher.described().transport();
        var own = publisher.media().description().ufrag();

        publisher.offer(
                "{'request':'configure'}",
                Person.jsep(
                        "offer",
                        publisher.offer().replace("a=ice-ufrag:" + own, "a=ice-ufrag:new")));

        var answered = publisher.media().checksAnswered();
        assertThat(publisher.described().transport().ufrag()).isNotEqualTo(before.ufrag());
        assertThat(publisher.described().transport().password()).isNotEqualTo(before.password());
        publisher.connect();
        RunningServer.await(
                "checks answered with the new credentials",
                () -> publisher.media().checksAnswered(),
                now -> now > answered);
        publisher.send(video, 1);
        assertThat(viewer.awaitRtp().sequence()).isEqualTo((first.sequence() + 1) & 0xFFFF);
        isNotUpAgain(publisher);
    }

    @Test
    @DisplayName("row 36: an ICE restart of the subscriber is offered, and media goes on")
    void row36AnIceRestartOfTheSubscriberLosesNothing() throws InterruptedException {
        room.create("");
        var publisher = room.publisher("#1");
        var viewer = room.subscriber("#1");
        var video = publisher.stream("v");
        publisher.send(video, 0);
        var first = viewer.awaitRtp();
        var before = viewer.described().transport();
        var answered = viewer.media().checksAnswered();

        assertThat(viewer.subscribe("{'request':'configure','restart':true}"))
                .isEqualTo(room.json("{'videoroom':'event','room':ROOM,'configured':'ok'}"));

        assertThat(viewer.described().transport().ufrag()).isNotEqualTo(before.ufrag());
        viewer.start();
        viewer.connect();
        RunningServer.await(
                "checks answered with the new credentials",
                () -> viewer.media().checksAnswered(),
                now -> now > answered);
        publisher.send(video, 1);
        assertThat(viewer.awaitRtp().sequence()).isEqualTo((first.sequence() + 1) & 0xFFFF);
        isNotUpAgain(viewer);
    }

    private static void isNotUpAgain(Person person) {
        assertThat(person.toldSoFar())
                .as("it is the same connection")
                .noneMatch(message -> message.path("janus").asText().equals("webrtcup"));
    }
}
