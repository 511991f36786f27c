// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomId;
import io.portunus.core.testkit.LossyLink;
import io.portunus.core.testkit.Plans;
import io.portunus.core.testkit.SimulatedPublisher;
import io.portunus.core.testkit.VirtualTime;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A fault of our own ends the room that it came out of, tells its participants, and disturbs no
/// other room.
class FaultTest {
    private static final RoomId OTHER = new RoomId(2);

    private final Scene scene = new Scene();
    private final RuntimeException fault = new IllegalStateException("planted");

    @Test
    void aCommandThatFailsEndsItsRoomAndIsAnsweredByThat() {
        var anna = scene.publisher("anna");
        scene.subscriber("anna");
        anna.breakWith(fault);
        scene.told();

        assertThat(scene.leave("anna", LeaveReason.LEFT))
                .as("whoever can still be reached is disconnected")
                .containsExactly("ended FAULT", "closed 2 FAULT");
        assertThat(scene.loop.faults()).containsExactly(fault);
        scene.loop.events().assertAllAnswered();
    }

    @Test
    void theOtherRoomsGoOn() {
        scene.open(OTHER, Scene.SETTINGS);
        scene.loop.ask(r -> new RoomCommand.Join(r, OTHER, Scene.id("otto")));
        var otto = scene.loop.open(OTHER);
        var otherPlan = Plans.of(Plans.receives(0, Codec.OPUS));
        scene.loop.ask(
                r -> new RoomCommand.Publish(r, OTHER, Scene.id("otto"), otto.id(), otherPlan));
        var anna = scene.publisher("anna");
        anna.breakWith(fault);
        scene.leave("anna", LeaveReason.LEFT);

        scene.told();
        otto.connect();
        assertThat(scene.told()).containsExactly("published otto", "connected 1");
        assertThat(scene.loop.rooms().gauges().get(RoomGauges.Gauge.ROOMS)).isEqualTo(1);
        assertThat(scene.loop.rooms().gauges().get(RoomGauges.Gauge.FAULTS)).isEqualTo(1);
    }

    @Test
    void theSameParticipantsCanMeetInANewRoom() {
        var anna = scene.publisher("anna");
        anna.breakWith(fault);
        scene.leave("anna", LeaveReason.LEFT);

        assertThat(scene.join("anna")).containsExactly("refused NO_SUCH_ROOM");
        scene.open(OTHER, Scene.SETTINGS);
        assertThat(scene.ask(r -> new RoomCommand.Join(r, OTHER, Scene.id("anna"))))
                .containsExactly("joined anna");
    }

    @Test
    void aTransportThatCannotBeClosedKeepsNoOtherFromBeingClosed() {
        var anna = scene.publisher("anna");
        scene.subscriber("anna");
        scene.subscriber("anna");
        anna.breakWith(fault);
        scene.told();

        assertThat(scene.destroy())
                .containsExactly(
                        "ended DESTROYED",
                        "closed 2 CLOSED_BY_PLUGIN",
                        "closed 3 CLOSED_BY_PLUGIN");
        assertThat(scene.loop.faults())
                .singleElement()
                .satisfies(reported -> assertThat(reported.getSuppressed()).containsExactly(fault));
    }

    @Test
    void aPeerThatEndsAfterItsRoomSaysNothingMore() {
        var anna = scene.publisher("anna");
        var subscriber = scene.subscriber("anna");
        anna.breakWith(fault);
        scene.loop.holdEnds(true);
        scene.leave("anna", LeaveReason.LEFT);
        scene.told();
        scene.loop.holdEnds(false);
        assertThat(scene.told()).containsExactly("closed 2 FAULT");
        assertThat(subscriber.isEnded()).isTrue();
        assertThat(scene.loop.faults()).hasSize(1);
    }

    @Test
    void aDeadlineThatFailsEndsItsRoomOnly() {
        scene.open(OTHER, Scene.SETTINGS);
        scene.join("anna");
        var anna =
                new SimulatedPublisher(
                        scene.loop,
                        Scene.ROOM,
                        Scene.id("anna"),
                        Codec.VP8,
                        LossyLink.Quality.PERFECT,
                        new SplittableRandom(1));
        anna.start();
        scene.loop.run(VirtualTime.SECONDS);
        anna.finish();
        // Longer than anything is under way.
        scene.loop.run(100 * VirtualTime.MILLIS);
        scene.told();

        anna.transport().breakWith(fault);
        scene.loop.run(10 * VirtualTime.SECONDS);

        assertThat(scene.told()).endsWith("ended FAULT");
        assertThat(scene.loop.faults()).containsExactly(fault);
        assertThat(scene.ask(r -> new RoomCommand.Join(r, OTHER, Scene.id("anna"))))
                .containsExactly("joined anna");
    }
}
