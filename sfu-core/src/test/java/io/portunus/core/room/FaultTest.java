// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomEvent.RoomEnd;
import io.portunus.core.door.RoomId;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.PeerTransport;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.testkit.LossyLink;
import io.portunus.core.testkit.PlaintextEgress;
import io.portunus.core.testkit.Plans;
import io.portunus.core.testkit.SimulatedPublisher;
import io.portunus.core.testkit.VirtualTime;
import io.portunus.core.time.WallClock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
    void whoCouldNotBeClosedIsClosedWithTheRoomThatThisEnds() {
        var anna = scene.publisher("anna");
        anna.failToCloseOnceWith(fault);
        scene.told();

        assertThat(scene.leave("anna", LeaveReason.LEFT))
                .as("anna's connection must not outlive her room")
                .containsExactly("ended FAULT", "closed 1 FAULT");
        assertThat(scene.loop.faults()).containsExactly(fault);
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

    @Test
    void aPeerThatCannotBeMadeEndsItsRoom() {
        var broken =
                new PeerTransport() {
                    @Override
                    public Egress egress() {
                        throw fault;
                    }

                    @Override
                    public void close(PeerEnd end) {}
                };
        var now = scene.loop.time().nowNanos();
        assertThat(scene.loop.rooms().openPeer(new PeerId(9), Scene.ROOM, broken, now)).isNull();
        assertThat(scene.told()).containsExactly("ended FAULT");
        assertThat(scene.loop.faults()).containsExactly(fault);
    }

    @Test
    void aFaultWhileAPeerConnectsIsKeptFromItsTransport() {
        var told = new ArrayList<MediaEvent>();
        var faults = new ArrayList<RuntimeException>();
        var rooms = new Rooms(contextThatFailsToTellPublished(told), (_, f) -> faults.add(f));
        rooms.apply(new RoomCommand.Open(1, OTHER, Scene.SETTINGS), 0);
        rooms.apply(new RoomCommand.Join(2, OTHER, Scene.id("otto")), 0);
        var ends = new ArrayList<PeerEnd>();
        var peer = requireNonNull(rooms.openPeer(new PeerId(9), OTHER, transport(ends), 0));
        var plan = Plans.of(Plans.receives(0, Codec.OPUS));
        rooms.apply(new RoomCommand.Publish(3, OTHER, Scene.id("otto"), peer.id(), plan), 0);

        peer.onConnected(0);

        assertThat(told.getLast())
                .isInstanceOfSatisfying(
                        RoomEvent.Ended.class,
                        ended -> assertThat(ended.reason()).isEqualTo(RoomEnd.FAULT));
        assertThat(ends).containsExactly(PeerEnd.FAULT);
        assertThat(faults).containsExactly(fault);
    }

    private LoopContext contextThatFailsToTellPublished(List<MediaEvent> told) {
        return new LoopContext(
                new PacketMemory(MemorySegment.ofArray(new byte[8 * PacketMemory.SLOT_BYTES])),
                new WallClock(0, 0),
                new FateCounters(),
                new Random(1),
                event -> {
                    if (event instanceof RoomEvent.Published) {
                        throw fault;
                    }
                    told.add(event);
                });
    }

    private static PeerTransport transport(List<PeerEnd> ends) {
        var egress = new PlaintextEgress(_ -> {}, _ -> {});
        return new PeerTransport() {
            @Override
            public Egress egress() {
                return egress;
            }

            @Override
            public void close(PeerEnd end) {
                ends.add(end);
            }
        };
    }
}
