// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceMapTest {
    private final SequenceMap map = new SequenceMap();

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @Test
    void whatTheSourceLostStaysAGap() {
        map.start(1_000, 7);
        assertThat(map.outOf(1_000)).isEqualTo(7);
        assertThat(map.outOf(1_003)).isEqualTo(10);
        assertThat(map.outOf(1_001)).as("the late one").isEqualTo(8);
        assertThat(map.outOf(999)).as("one from before").isEqualTo(-1);
    }

    @Test
    void whatCarriesNothingLeavesNoGap() {
        map.start(1_000, 7);
        map.outOf(1_000);
        assertThat(map.skip(1_001)).isTrue();
        assertThat(map.skip(1_002)).isTrue();
        assertThat(map.outOf(1_003)).isEqualTo(8);
        assertThat(map.outOf(1_002)).as("a skipped one").isEqualTo(-1);
        assertThat(map.sourceOf(8)).isEqualTo(1_003);
        assertThat(map.sourceOf(7)).isEqualTo(1_000);
    }

    @Test
    void theGapOfALateEmptyPacketCannotBeClosed() {
        map.start(1_000, 7);
        map.outOf(1_002);
        assertThat(map.skip(1_001)).isFalse();
        assertThat(map.outOf(1_001)).isEqualTo(8);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void neverGivesTwoPacketsOneNumber(long seed) {
        var random = new SplittableRandom(seed);
        Map<Long, Long> sourceByOut = new HashMap<>();
        map.start(70_000, random.nextInt(1 << 15));
        var skipped = new HashMap<Long, Boolean>();
        for (var i = 0; i < 3_000; i++) {
            var source = 70_000L + i + random.nextInt(-20, 20);
            if (random.nextInt(10) == 0 && !sourceByOut.containsValue(source)) {
                skipped.putIfAbsent(source, map.skip(source));
                continue;
            }
            var out = skipped.containsKey(source) ? -1 : map.outOf(source);
            if (out >= 0) {
                var before = sourceByOut.put(out, source);
                assertThat(before == null || before == source)
                        .as("number %s went to %s and to %s", out, before, source)
                        .isTrue();
                assertThat(map.sourceOf(out)).isEqualTo(source);
            }
        }
        assertThat(sourceByOut).hasSizeGreaterThan(1_000);
    }
}
