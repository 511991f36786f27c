// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.codec.Codec;
import io.portunus.core.testkit.LossyLink.Quality;
import io.portunus.core.testkit.SimulatedRoom;
import io.portunus.core.testkit.VirtualTime;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallOverBadLinksTest {
    private static final Quality ONE_IN_TEN_LOST =
            new Quality(0.1, 0.02, 10 * VirtualTime.MILLIS, 15 * VirtualTime.MILLIS);

    static LongStream seeds() {
        var replay = Long.getLong("portunus.seed");
        return replay != null ? LongStream.of(replay) : LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyStreamIsUnbrokenAndCompleteWhateverPeopleDo(long seed) {
        var codec =
                switch ((int) seed % 4) {
                    case 0 -> Codec.VP8;
                    case 1 -> Codec.H264;
                    case 2 -> Codec.VP9;
                    default -> Codec.AV1;
                };
        var room = new SimulatedRoom(seed, codec, ONE_IN_TEN_LOST);
        room.addViewer();
        room.addViewer();
        room.run(500 * VirtualTime.MILLIS);
        for (var i = 0; i < 4; i++) {
            room.disturb();
            room.run(300 * VirtualTime.MILLIS);
        }
        room.run(2_500 * VirtualTime.MILLIS);
        room.fallSilent();
        room.run(800 * VirtualTime.MILLIS);
        room.assertComplete();
    }
}
