// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.testkit.Plans;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublicationsTest {
    private final Scene scene = new Scene();

    @AfterEach
    void everyRequestHasItsAnswer() {
        scene.loop.events().assertAllAnswered();
        assertThat(scene.loop.faults()).isEmpty();
    }

    @Test
    void isToldWhenMediaMayFlowAndNotBefore() {
        scene.join("anna");
        var peer = scene.loop.open(Scene.ROOM);
        assertThat(scene.publish("anna", peer, Scene.AUDIO_AND_VIDEO)).containsExactly("done");
        scene.told();
        peer.connect();
        assertThat(scene.told()).containsExactly("published anna", "connected 1");
    }

    @Test
    void isToldAtOnceWhenTheConnectionWasUpBefore() {
        scene.join("anna");
        var peer = scene.loop.open(Scene.ROOM);
        peer.connect();
        assertThat(scene.publish("anna", peer, Scene.AUDIO_AND_VIDEO))
                .containsExactly("done", "published anna");
    }

    @Test
    void onlyWhoIsThereCanPublishAndOnlyOverWhatIsThere() {
        var peer = scene.loop.open(Scene.ROOM);
        assertThat(scene.publish("anna", peer, Scene.AUDIO_AND_VIDEO))
                .containsExactly("refused NO_SUCH_PARTICIPANT");
        scene.join("anna");
        peer.end(PeerEnd.ICE_FAILED);
        assertThat(scene.publish("anna", peer, Scene.AUDIO_AND_VIDEO))
                .containsExactly("refused NO_SUCH_PEER");
    }

    @Test
    void aPlaceIsTakenWhenPublishingBeginsAndFreeWhenItEnds() {
        for (var name : new String[] {"anna", "bert", "carl", "dora"}) {
            scene.join(name);
        }
        var first = scene.loop.open(Scene.ROOM);
        scene.publish("anna", first, Scene.AUDIO_AND_VIDEO);
        scene.publish("bert", scene.loop.open(Scene.ROOM), Scene.AUDIO_AND_VIDEO);
        scene.publish("carl", scene.loop.open(Scene.ROOM), Scene.AUDIO_AND_VIDEO);
        var fourth = scene.loop.open(Scene.ROOM);
        assertThat(scene.publish("dora", fourth, Scene.AUDIO_AND_VIDEO))
                .containsExactly("refused PUBLISHERS_FULL");

        scene.told();
        first.end(PeerEnd.DTLS_TIMEOUT);
        assertThat(scene.told())
                .as("nobody was told that anna publishes")
                .containsExactly("closed 1 DTLS_TIMEOUT");
        assertThat(scene.publish("dora", fourth, Scene.AUDIO_AND_VIDEO)).containsExactly("done");
        assertThat(scene.publish("anna", scene.loop.open(Scene.ROOM), Scene.AUDIO_AND_VIDEO))
                .containsExactly("refused PUBLISHERS_FULL");
    }

    @Test
    void oneParticipantPublishesOverOneConnectionAndOneConnectionIsForOne() {
        var peer = scene.publisher("anna");
        scene.join("bert");
        var other = scene.loop.open(Scene.ROOM);
        assertThat(scene.publish("anna", other, Scene.AUDIO_AND_VIDEO))
                .containsExactly("refused ALREADY_PUBLISHING");
        assertThat(scene.publish("bert", peer, Scene.AUDIO_AND_VIDEO))
                .containsExactly("refused ALREADY_PUBLISHING");
    }

    @Test
    void aRenegotiationThatKeepsEverythingDisturbsNobody() {
        var peer = scene.publisher("anna");
        scene.subscriber("anna");
        assertThat(scene.publish("anna", peer, Scene.AUDIO_AND_VIDEO)).containsExactly("done");
    }

    @Test
    void aRenegotiationThatDropsASectionEndsItsFeedsOnly() {
        var peer = scene.publisher("anna");
        var subscriber = scene.subscriber("anna");
        assertThat(scene.publish("anna", peer, Plans.of(Plans.receives(0, Codec.OPUS))))
                .containsExactly("feed gone 2 [1]", "done");
        assertThat(scene.subscribe(subscriber, Scene.feed(1, "anna", "1")))
                .containsExactly("refused NO_SUCH_STREAM");
    }

    @Test
    void aRenegotiationToAnotherCodecEndsTheFeeds() {
        var peer = scene.publisher("anna");
        scene.subscriber("anna");
        var h264 = Plans.of(Plans.receives(0, Codec.OPUS), Plans.receives(1, Codec.H264));
        assertThat(scene.publish("anna", peer, h264)).containsExactly("feed gone 2 [1]", "done");
    }

    @Test
    void whoUnpublishedCanPublishAgainBeforeTheOldConnectionIsGone() {
        var peer = scene.publisher("anna");
        scene.loop.holdEnds(true);
        assertThat(scene.unpublish("anna"))
                .containsExactly("unpublished anna CLOSED_BY_PLUGIN", "done");
        assertThat(scene.publish("anna", peer, Scene.AUDIO_AND_VIDEO))
                .as("the old connection is on its way out")
                .containsExactly("refused NO_SUCH_PEER");
        var next = scene.loop.open(Scene.ROOM);
        scene.publish("anna", next, Scene.AUDIO_AND_VIDEO);
        scene.told();
        next.connect();
        scene.loop.holdEnds(false);
        assertThat(scene.told())
                .containsExactly("published anna", "connected 2", "closed 1 CLOSED_BY_PLUGIN");
    }

    @Test
    void whatIsNotPublishedCannotBeEndedLimitedMutedOrRefreshed() {
        scene.join("anna");
        var anna = Scene.id("anna");
        var room = Scene.ROOM;
        assertThat(scene.unpublish("anna")).containsExactly("refused NOT_PUBLISHING");
        assertThat(scene.ask(r -> new RoomCommand.LimitBitrate(r, room, anna, 1)))
                .containsExactly("refused NOT_PUBLISHING");
        assertThat(scene.ask(r -> new RoomCommand.Relay(r, room, anna, "0", false)))
                .containsExactly("refused NOT_PUBLISHING");
        assertThat(scene.ask(r -> new RoomCommand.RequestKeyFrame(r, room, anna, null)))
                .containsExactly("refused NOT_PUBLISHING");
        var nobody = Scene.id("bert");
        assertThat(scene.ask(r -> new RoomCommand.LimitBitrate(r, room, nobody, 1)))
                .containsExactly("refused NO_SUCH_PARTICIPANT");
    }

    @Test
    void aPublisherCanBeLimitedMutedAndRefreshed() {
        scene.publisher("anna");
        var anna = Scene.id("anna");
        var room = Scene.ROOM;
        assertThat(scene.ask(r -> new RoomCommand.LimitBitrate(r, room, anna, 128_000)))
                .containsExactly("done");
        assertThat(scene.ask(r -> new RoomCommand.Relay(r, room, anna, "0", false)))
                .containsExactly("done");
        assertThat(scene.ask(r -> new RoomCommand.Relay(r, room, anna, "7", false)))
                .containsExactly("refused NO_SUCH_STREAM");
        assertThat(scene.ask(r -> new RoomCommand.RequestKeyFrame(r, room, anna, null)))
                .containsExactly("done");
        assertThat(scene.ask(r -> new RoomCommand.RequestKeyFrame(r, room, anna, "1")))
                .containsExactly("done");
        assertThat(scene.ask(r -> new RoomCommand.RequestKeyFrame(r, room, anna, "7")))
                .containsExactly("refused NO_SUCH_STREAM");
    }

    @Test
    void whoLeavesBeforeMediaFlowedWasNotPublishing() {
        scene.join("anna");
        var peer = scene.loop.open(Scene.ROOM);
        scene.publish("anna", peer, Scene.AUDIO_AND_VIDEO);
        assertThat(scene.leave("anna", LeaveReason.GONE))
                .containsExactly("left anna GONE", "closed 1 CLOSED_BY_PLUGIN");
    }
}
