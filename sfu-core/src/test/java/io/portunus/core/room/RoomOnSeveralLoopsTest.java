// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.fate.Fate;
import io.portunus.core.testkit.LossyLink;
import io.portunus.core.testkit.Plans;
import io.portunus.core.testkit.SimulatedLoops;
import io.portunus.core.testkit.SimulatedRoom;
import io.portunus.core.testkit.Stamp;
import io.portunus.core.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A room whose subscribers are on more media loops than one, in virtual time.
class RoomOnSeveralLoopsTest {
    private static final int DISTURBANCES = 8;

    /// So little that a burst does not fit.
    private static final int NARROW = 16 * 2_048;

    /// A packet may cross to another loop just when somebody pauses there.
    private static final int AT_A_CUT = 1;

    static LongStream seeds() {
        var replay = Long.getLong("portunus.seed");
        return replay != null ? LongStream.of(replay) : LongStream.range(0, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everybodyEndsUpWithCompleteStreams(long seed) {
        var room = new SimulatedRoom(seed, codec(seed), quality(seed), new SimulatedLoops(3, seed));
        room.addViewer();
        room.addViewer();
        room.run(VirtualTime.SECONDS / 2);
        for (var i = 0; i < DISTURBANCES; i++) {
            room.disturb();
            room.run(200 * VirtualTime.MILLIS);
        }
        room.run(VirtualTime.SECONDS);
        room.fallSilent();
        room.run(2 * VirtualTime.SECONDS);
        room.assertComplete();
    }

    /// The script of one seed on perfect links, on so many loops; what all who watch have got.
    private static List<List<Stamp>> played(long seed, int loops) {
        var perfect = LossyLink.Quality.PERFECT;
        var room = new SimulatedRoom(seed, codec(seed), perfect, new SimulatedLoops(loops, seed));
        for (var i = 0; i < 4; i++) {
            room.addViewer();
        }
        room.run(VirtualTime.SECONDS);
        for (var i = 0; i < DISTURBANCES; i++) {
            room.disturb();
            room.run(300 * VirtualTime.MILLIS);
        }
        room.fallSilent();
        room.run(VirtualTime.SECONDS);
        room.assertComplete();
        return room.received();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everybodyGetsTheSameAsOnOneLoop(long seed) {
        var onOne = played(seed, 1);
        var onThree = played(seed, 3);
        assertThat(onThree).as("those who watch").hasSameSizeAs(onOne);
        for (var i = 0; i < onOne.size(); i++) {
            var what = "what viewer %d gets in its section %d".formatted(i / 2, i % 2);
            assertThat(without(onOne.get(i), onThree.get(i)))
                    .as("%s on one loop and not on three", what)
                    .hasSizeLessThanOrEqualTo(AT_A_CUT);
            assertThat(without(onThree.get(i), onOne.get(i)))
                    .as("%s on three loops and not on one", what)
                    .hasSizeLessThanOrEqualTo(AT_A_CUT);
        }
    }

    private static List<Stamp> without(List<Stamp> all, List<Stamp> others) {
        var rest = new ArrayList<>(all);
        rest.removeAll(others);
        return rest;
    }

    @Test
    void eachPacketCrossesOnceHoweverManyWatchOverThere() {
        var loops = new SimulatedLoops(2, 1);
        var room = new SimulatedRoom(1, Codec.VP8, LossyLink.Quality.PERFECT, loops);
        for (var i = 0; i < 4; i++) {
            room.addViewer();
        }
        room.run(2 * VirtualTime.SECONDS);
        var home = loops.get(0).fates();
        var sentOverThere = loops.get(1).fates().get(Fate.SENT);
        assertThat(sentOverThere).as("two watch on the other loop").isPositive();
        assertThat(home.get(Fate.PIPED)).as("packets that crossed").isPositive();
        assertThat(home.get(Fate.PIPED))
                .as("no more than came in of what is watched")
                .isLessThanOrEqualTo(home.get(Fate.RECEIVED));
        assertThat(loops.get(0).fates().get(Fate.PIPE_FULL)).isZero();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void picturesComeBackAfterALoopDidNotKeepUp(long seed) {
        var loops = SimulatedLoops.withPipes(2, seed, NARROW);
        var room = new SimulatedRoom(seed, codec(seed), LossyLink.Quality.PERFECT, loops);
        room.addViewer();
        room.addViewer();
        room.run(VirtualTime.SECONDS);
        loops.stall(1, true);
        room.run(VirtualTime.SECONDS / 2);
        assertThat(loops.get(0).fates().get(Fate.PIPE_FULL)).as("the pipe was full").isPositive();
        loops.stall(1, false);
        room.run(2 * VirtualTime.SECONDS);
        room.fallSilent();
        room.run(VirtualTime.SECONDS);
        room.assertComplete();
    }

    @Test
    void whatALoopCannotTakeForAMomentIsToldLater() {
        var loops = new SimulatedLoops(2, 3);
        var room = new SimulatedRoom(3, Codec.VP8, LossyLink.Quality.PERFECT, loops);
        room.addViewer();
        room.addViewer();
        room.run(VirtualTime.SECONDS);
        loops.jam(true);
        room.republishAll();
        room.run(VirtualTime.SECONDS);
        loops.jam(false);
        room.run(VirtualTime.SECONDS);
        room.fallSilent();
        room.run(VirtualTime.SECONDS);
        room.assertComplete();
    }

    @Test
    void theEndOfARoomEndsItsConnectionsOnAllLoops() {
        var scene = new TwoLoops();
        var viewer = scene.viewer("anna");
        scene.home.ask(r -> new RoomCommand.Destroy(r, TwoLoops.ROOM));
        scene.settle();
        assertThat(viewer.isEnded()).as("the viewer on the other loop is let go").isTrue();
        assertThat(scene.other.rooms().has(TwoLoops.ROOM)).isFalse();
        assertThat(scene.home.rooms().has(TwoLoops.ROOM)).isFalse();
    }

    @Test
    void aFaultOnOneLoopEndsTheWholeRoomAndTellsIt() {
        var scene = new TwoLoops();
        var viewer = scene.viewer("anna");
        var bystander = scene.otherRoomsViewer();
        viewer.breakWith(new IllegalStateException("planted"));
        scene.settle();
        assertThat(scene.other.faults()).as("the planted fault, once").hasSize(1);
        assertThat(scene.told()).as("the room's end is told").contains("ended FAULT");
        assertThat(scene.home.rooms().has(TwoLoops.ROOM)).isFalse();
        assertThat(bystander.isEnded()).as("a viewer of another room").isFalse();
    }

    @Test
    void whatIsNoMorePublishedIsToldOnceAndNothingFlowsAnyMore() {
        var scene = new TwoLoops();
        var viewer = scene.viewer("anna");
        scene.told();
        scene.home.ask(r -> new RoomCommand.Unpublish(r, TwoLoops.ROOM, new ParticipantId("anna")));
        scene.settle();
        assertThat(scene.told())
                .containsOnlyOnce("feed gone " + viewer.id().value() + " [0, 1]")
                .containsOnlyOnce("unpublished anna");
        var again =
                scene.other.ask(r ->
                        new RoomCommand.Subscribe(
                                r, TwoLoops.ROOM, viewer.id(), TwoLoops.feeds("anna")));
        assertThat(again).singleElement().isInstanceOf(RoomEvent.Refused.class);
    }

    @Test
    void aCameraThatIsSwitchedOffAndOnCrossesOnceAgain() {
        var scene = new TwoLoops();
        var viewer = scene.viewer("anna");
        for (var time = 0; time < 3; time++) {
            scene.anna.camera(false);
            scene.settle();
            scene.anna.camera(true);
            scene.settle();
            scene.other.ask(r ->
                    new RoomCommand.Subscribe(
                            r, TwoLoops.ROOM, viewer.id(), TwoLoops.feeds("anna")));
            scene.settle();
        }
        assertThat(scene.other.fates().get(Fate.PIPE_UNWANTED))
                .as("packets that crossed for nobody")
                .isZero();
    }

    @Test
    void nobodyIsSentToALoopThatHasNotHeardOfTheRoom() {
        var scene = new TwoLoops();
        scene.home.ask(r -> new RoomCommand.Open(r, TwoLoops.ELSEWHERE, Scene.SETTINGS));
        scene.loops.jam(true);
        var refused = scene.home.ask(r -> new RoomCommand.Extend(r, TwoLoops.ELSEWHERE, 1));
        assertThat(refused)
                .singleElement()
                .isInstanceOfSatisfying(
                        RoomEvent.Refused.class,
                        event -> assertThat(event.reason()).isEqualTo(Refusal.OVERLOADED));

        scene.loops.jam(false);
        scene.settle();
        var done = scene.home.ask(r -> new RoomCommand.Extend(r, TwoLoops.ELSEWHERE, 1));
        assertThat(done).singleElement().isInstanceOf(RoomEvent.Done.class);
        scene.cross();
        assertThat(scene.other.rooms().has(TwoLoops.ELSEWHERE)).isTrue();
    }

    @Test
    void whoHearsOfAPublicationCanBeFedFromItOnEveryLoop() {
        var scene = new TwoLoops();
        var viewer = scene.viewer("anna");
        // What a signalling loop does at once when it hears that bert publishes.
        scene.join("bert");
        var refused =
                scene.other.ask(r ->
                        new RoomCommand.Subscribe(
                                r, TwoLoops.ROOM, viewer.id(), TwoLoops.feeds("bert")));
        assertThat(refused).singleElement().isInstanceOf(RoomEvent.Refused.class);
        scene.publish("bert");
        scene.cross();
        var fed =
                scene.other.ask(r ->
                        new RoomCommand.Subscribe(
                                r, TwoLoops.ROOM, viewer.id(), TwoLoops.feeds("bert")));
        assertThat(fed).singleElement().isInstanceOf(RoomEvent.Subscribed.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whoCameWhileThePictureWasMutedSeesItWhenItIsNotAnyMore(int loop) {
        var scene = new TwoLoops();
        scene.relay("anna", "1", false);
        var packets = new ArrayList<byte[]>();
        scene.viewer(scene.loops.get(loop), "anna", packets::add);
        scene.loops.run(VirtualTime.SECONDS);
        assertThat(pictures(packets)).as("while it is muted").isZero();
        var keyFrames = scene.anna.keyFrames();
        scene.relay("anna", "1", true);
        scene.loops.run(VirtualTime.SECONDS);
        assertThat(pictures(packets)).as("what a viewer on loop %d sees", loop).isPositive();
        assertThat(scene.anna.keyFrames())
                .as("key frames that anna was asked for")
                .isEqualTo(keyFrames + 1);
    }

    private static long pictures(List<byte[]> packets) {
        var video = Plans.payloadType(Codec.VP8);
        return packets.stream().filter(packet -> (packet[1] & 0x7F) == video).count();
    }

    @Test
    void aMirrorDecidesNothingThatIsTheHomes() {
        var scene = new TwoLoops();
        var told =
                scene.other.ask(
                        r -> new RoomCommand.Join(r, TwoLoops.ROOM, new ParticipantId("carl")));
        assertThat(told)
                .singleElement()
                .isEqualTo(
                        new RoomEvent.Refused(
                                told.getFirst().request(),
                                TwoLoops.ROOM,
                                Rooms.NO_NUMBER,
                                Refusal.NO_SUCH_ROOM));
    }

    private static Codec codec(long seed) {
        return switch ((int) seed % 5) {
            case 0 -> Codec.VP8;
            case 1 -> Codec.VP9;
            case 2 -> Codec.H264;
            case 3 -> Codec.AV1;
            default -> Codec.H265;
        };
    }

    private static LossyLink.Quality quality(long seed) {
        return new LossyLink.Quality(
                seed % 5 * 0.05, 0.01, 15 * VirtualTime.MILLIS, seed % 4 * 12 * VirtualTime.MILLIS);
    }
}
