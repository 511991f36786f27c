// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.testkit.Plans;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    private final Scene scene = new Scene();

    @AfterEach
    void everyRequestHasItsAnswer() {
        scene.loop.events().assertAllAnswered();
        assertThat(scene.loop.faults()).isEmpty();
    }

    @Test
    void isAllOrNothing() {
        scene.publisher("anna");
        var subscriber = scene.loop.open(Scene.ROOM);
        assertThat(
                        scene.subscribe(
                                subscriber,
                                Scene.feed(0, "anna", "0"),
                                Scene.feed(1, "anna", "no such mid")))
                .containsExactly("refused NO_SUCH_STREAM");
        assertThat(scene.loop.rooms().gauges().get(RoomGauges.Gauge.SUBSCRIPTIONS)).isZero();
        assertThat(scene.subscribe(subscriber, Scene.feed(0, "anna", "0")))
                .containsExactly("subscribed [0]");
    }

    @Test
    void aPublisherWhoseMediaCannotFlowYetCannotBeSubscribedTo() {
        scene.join("anna");
        var publisher = scene.loop.open(Scene.ROOM);
        scene.publish("anna", publisher, Scene.AUDIO_AND_VIDEO);
        var subscriber = scene.loop.open(Scene.ROOM);
        assertThat(scene.subscribe(subscriber, Scene.feed(0, "anna", "0")))
                .containsExactly("refused NO_SUCH_STREAM");
        publisher.connect();
        assertThat(scene.subscribe(subscriber, Scene.feed(0, "anna", "0")))
                .containsExactly("subscribed [0]");
    }

    @Test
    void whoEchoesItselfNeedNotWaitUntilMediaFlows() {
        scene.join("anna");
        var peer = scene.loop.open(Scene.ROOM);
        var plan = Plans.of(Plans.both(0, Codec.OPUS), Plans.both(1, Codec.VP8));
        scene.publish("anna", peer, plan);
        assertThat(scene.subscribe(peer, Scene.feed(0, "anna", "0"), Scene.feed(1, "anna", "1")))
                .containsExactly("subscribed [0, 1]");
        scene.told();
        peer.connect();
        peer.end(PeerEnd.DTLS_CLOSED);
        assertThat(scene.told())
                .as("who is gone need not hear that its feeds are")
                .containsExactly(
                        "published anna",
                        "connected 1",
                        "unpublished anna DTLS_CLOSED",
                        "closed 1 DTLS_CLOSED");
    }

    @Test
    void aSwitchChangesWhoseEndIsHeard() {
        var anna = scene.publisher("anna");
        var bert = scene.publisher("bert");
        var subscriber = scene.subscriber("anna");
        assertThat(
                        scene.subscribe(
                                subscriber, Scene.feed(0, "bert", "0"), Scene.feed(1, "bert", "1")))
                .containsExactly("subscribed [0, 1]");
        scene.told();
        anna.end(PeerEnd.DTLS_CLOSED);
        assertThat(scene.told())
                .containsExactly("unpublished anna DTLS_CLOSED", "closed 1 DTLS_CLOSED");
        bert.end(PeerEnd.DTLS_CLOSED);
        assertThat(scene.told())
                .containsExactly(
                        "feed gone 3 [0, 1]",
                        "unpublished bert DTLS_CLOSED",
                        "closed 2 DTLS_CLOSED");
    }

    @Test
    void aSwitchKeepsTheStreamsThatTheSubscriberKnows() {
        scene.publisher("anna");
        scene.publisher("bert");
        var subscriber = scene.loop.open(Scene.ROOM);
        var before = scene.ssrcs(subscriber, Scene.feed(0, "anna", "1"));
        assertThat(scene.ssrcs(subscriber, Scene.feed(0, "bert", "1"))).isEqualTo(before);
    }

    @Test
    void whatWasGivenUpIsNotHeardOfAgain() {
        var anna = scene.publisher("anna");
        var subscriber = scene.subscriber("anna");
        assertThat(scene.unsubscribe(subscriber, 0, 63, -1, 1_000)).containsExactly("done");
        scene.told();
        anna.end(PeerEnd.DTLS_CLOSED);
        assertThat(scene.told())
                .containsExactly(
                        "feed gone 2 [1]", "unpublished anna DTLS_CLOSED", "closed 1 DTLS_CLOSED");
    }

    @Test
    void sectionsThatNoSdpHasAreRefused() {
        scene.publisher("anna");
        var subscriber = scene.loop.open(Scene.ROOM);
        for (var slot : new int[] {-1, Subscriptions.MAX_PER_CONNECTION, Integer.MAX_VALUE}) {
            assertThat(scene.subscribe(subscriber, Scene.feed(slot, "anna", "0")))
                    .containsExactly("refused TOO_MANY_SUBSCRIPTIONS");
        }
        assertThat(
                        scene.subscribe(
                                subscriber, Scene.feed(0, "anna", "0"), Scene.feed(0, "anna", "1")))
                .as("one section fed twice")
                .containsExactly("refused TOO_MANY_SUBSCRIPTIONS");
    }

    @Test
    void whatIsNotFedCannotBeHeldBack() {
        scene.publisher("anna");
        var subscriber = scene.subscriber("anna");
        var id = subscriber.id();
        assertThat(scene.ask(r -> new RoomCommand.Send(r, Scene.ROOM, id, 1, false)))
                .containsExactly("done");
        assertThat(scene.ask(r -> new RoomCommand.Send(r, Scene.ROOM, id, 2, false)))
                .containsExactly("refused NO_SUCH_STREAM");
        assertThat(scene.ask(r -> new RoomCommand.Pause(r, Scene.ROOM, id, true)))
                .containsExactly("done");
    }

    @Test
    void aConnectionThatIsGoneIsAskedForNothing() {
        scene.publisher("anna");
        var subscriber = scene.subscriber("anna");
        var id = subscriber.id();
        subscriber.end(PeerEnd.DTLS_CLOSED);
        var room = Scene.ROOM;
        assertThat(scene.subscribe(subscriber, Scene.feed(0, "anna", "0")))
                .containsExactly("refused NO_SUCH_PEER");
        assertThat(scene.unsubscribe(subscriber, 0)).containsExactly("refused NO_SUCH_PEER");
        assertThat(scene.ask(r -> new RoomCommand.Plan(r, room, id, Scene.RECEIVES_BOTH)))
                .containsExactly("refused NO_SUCH_PEER");
        assertThat(scene.ask(r -> new RoomCommand.Pause(r, room, id, true)))
                .containsExactly("refused NO_SUCH_PEER");
        assertThat(scene.ask(r -> new RoomCommand.Send(r, room, id, 0, true)))
                .containsExactly("refused NO_SUCH_PEER");
    }

    @Test
    void manySubscribersEachHearOnce() {
        var anna = scene.publisher("anna");
        var first = scene.subscriber("anna");
        var second = scene.subscriber("anna");
        scene.told();
        anna.end(PeerEnd.DTLS_CLOSED);
        assertThat(scene.told())
                .containsExactly(
                        "feed gone " + first.id().value() + " [0, 1]",
                        "feed gone " + second.id().value() + " [0, 1]",
                        "unpublished anna DTLS_CLOSED",
                        "closed 1 DTLS_CLOSED");
    }
}
