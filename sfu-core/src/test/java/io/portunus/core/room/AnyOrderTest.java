// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomCommand.Feed;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.room.RoomGauges.Gauge;
import io.portunus.core.testkit.Plans;
import io.portunus.core.testkit.SimulatedLoop;
import io.portunus.core.testkit.SimulatedTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Commands and ends in any order, sensible or not: nothing breaks, nothing is told twice, each
/// request has its answer, and in the end nothing is left. The event checker watches each step.
class AnyOrderTest {
    private static final int STEPS = 400;
    private static final RoomSettings SETTINGS = new RoomSettings(2, 3, 0, 0, false, 100, 25);
    private static final List<MediaPlan> PLANS =
            List.of(
                    Plans.of(),
                    Plans.of(Plans.receives(0, Codec.OPUS), Plans.receives(1, Codec.VP8)),
                    Plans.of(Plans.receives(0, Codec.OPUS), Plans.receives(1, Codec.H264)),
                    Plans.of(Plans.both(0, Codec.OPUS), Plans.both(1, Codec.VP8)),
                    Plans.of(Plans.sends(0, Codec.OPUS), Plans.sends(1, Codec.VP8)));

    private final SimulatedLoop loop = new SimulatedLoop(1, 64);
    private final List<SimulatedTransport> transports = new ArrayList<>();
    private final RoomId[] rooms = {new RoomId(1), new RoomId(2), new RoomId(3)};
    private long lastRoom = rooms.length;

    static LongStream seeds() {
        var replay = Long.getLong("portunus.seed");
        return replay != null ? LongStream.of(replay) : LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingBreaksAndNothingIsLeft(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < STEPS; i++) {
            step(random);
        }
        loop.holdEnds(false);
        loop.stop();
        transports.forEach(transport -> transport.end(PeerEnd.SERVER_STOPPING));

        loop.events().assertAllAnswered();
        assertThat(loop.faults()).isEmpty();
        for (var gauge : Gauge.values()) {
            assertThat(loop.rooms().gauges().get(gauge)).as("%s left", gauge).isZero();
        }
    }

    private void step(SplittableRandom random) {
        var place = random.nextInt(rooms.length);
        var room = rooms[place];
        switch (random.nextInt(12)) {
            case 0 -> loop.holdEnds(random.nextBoolean());
            case 1, 2 -> {
                if (loop.rooms().has(room)) {
                    transports.add(loop.open(room));
                }
            }
            case 3 -> any(random).ifPresent(SimulatedTransport::connectOnce);
            case 4 -> {
                if (random.nextInt(3) == 0) {
                    any(random).ifPresent(transport -> transport.end(PeerEnd.DTLS_CLOSED));
                }
            }
            // An id is never used again.
            case 5 -> {
                if (!loop.rooms().has(room)) {
                    rooms[place] = new RoomId(++lastRoom);
                    loop.ask(r -> new RoomCommand.Open(r, rooms[place], SETTINGS));
                }
            }
            default -> loop.ask(request -> command(request, room, random));
        }
    }

    private Optional<SimulatedTransport> any(SplittableRandom random) {
        var open = transports.stream().filter(transport -> !transport.isEnded()).toList();
        return open.isEmpty()
                ? Optional.empty()
                : Optional.of(open.get(random.nextInt(open.size())));
    }

    private RoomCommand command(long request, RoomId room, SplittableRandom random) {
        var who = new ParticipantId("guest " + random.nextInt(4));
        var peer = new PeerId(random.nextInt(1, transports.size() + 2));
        var plan = PLANS.get(random.nextInt(PLANS.size()));
        var mid = Integer.toString(random.nextInt(3));
        var slot = random.nextInt(-1, 4);
        var flag = random.nextBoolean();
        return switch (random.nextInt(1, 24)) {
            case 2 -> new RoomCommand.Change(request, room, SETTINGS);
            case 3 ->
                    random.nextInt(8) == 0
                            ? new RoomCommand.Destroy(request, room)
                            : new RoomCommand.Change(request, room, SETTINGS);
            case 1, 4, 5, 6 -> new RoomCommand.Join(request, room, who);
            case 7 -> new RoomCommand.Leave(request, room, who, LeaveReason.KICKED);
            case 8, 9, 10, 11 -> new RoomCommand.Publish(request, room, who, peer, plan);
            case 12 -> new RoomCommand.Unpublish(request, room, who);
            case 13 -> new RoomCommand.LimitBitrate(request, room, who, 1_000);
            case 14 -> new RoomCommand.RequestKeyFrame(request, room, who, flag ? mid : null);
            case 15 -> new RoomCommand.Relay(request, room, who, mid, flag);
            case 16, 17, 18, 19 ->
                    new RoomCommand.Subscribe(
                            request, room, peer, List.of(new Feed(slot, who, mid)));
            case 20 -> new RoomCommand.Unsubscribe(request, room, peer, List.of(slot, 0));
            case 21 -> new RoomCommand.Plan(request, room, peer, plan);
            case 22 -> new RoomCommand.Pause(request, room, peer, flag);
            default -> new RoomCommand.Send(request, room, peer, slot, flag);
        };
    }
}
