// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.Codec;
import io.portunus.core.testkit.LossyLink;
import io.portunus.core.testkit.SimulatedRoom;
import io.portunus.core.testkit.VirtualTime;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole rooms on bad networks, in virtual time. What must hold at every step is checked by the
/// testkit; here is what must hold in the end.
class RoomSimulationTest {
    private static final int DISTURBANCES = 8;

    static LongStream seeds() {
        var replay = Long.getLong("portunus.seed");
        return replay != null ? LongStream.of(replay) : LongStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everybodyEndsUpWithCompleteStreams(long seed) {
        var room = new SimulatedRoom(seed, codec(seed), quality(seed));
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

    private static Codec codec(long seed) {
        return switch ((int) seed % 6) {
            case 0, 3 -> Codec.VP8;
            case 1 -> Codec.VP9;
            case 2 -> Codec.H264;
            case 4 -> Codec.AV1;
            default -> Codec.H265;
        };
    }

    /// From a good network to one that loses one packet in five and mixes up the others.
    private static LossyLink.Quality quality(long seed) {
        var loss = seed % 5 * 0.05;
        var jitterMillis = seed % 4 * 12;
        return new LossyLink.Quality(
                loss, 0.01, 15 * VirtualTime.MILLIS, jitterMillis * VirtualTime.MILLIS);
    }
}
