// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceUnwrapperTest {
    private static final int LATEST = 32_767;

    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();

    @Test
    void knowsNothingBeforeTheFirst() {
        assertThat(unwrapper.newest()).isEqualTo(-1);
    }

    @Test
    void countsOnAcrossTheWrap() {
        var last = unwrapper.unwrap(0xFFFF);

        assertThat(unwrapper.unwrap(0)).isEqualTo(last + 1);
        assertThat(unwrapper.unwrap(1)).isEqualTo(last + 2);
    }

    @Test
    void putsLatePacketsBehindTheNewestAcrossTheWrap() {
        var first = unwrapper.unwrap(2);

        assertThat(unwrapper.unwrap(0xFFFE)).isEqualTo(first - 4);
        assertThat(unwrapper.newest()).isEqualTo(first);
    }

    @Test
    void takesTheNearestOfBothDirections() {
        var first = unwrapper.unwrap(0);

        assertThat(unwrapper.unwrap(LATEST)).as("as far ahead as goes").isEqualTo(first + LATEST);
        assertThat(unwrapper.unwrap(0)).as("as late as goes").isEqualTo(first);
        assertThat(unwrapper.unwrap(LATEST + LATEST + 1))
                .as("one further than as far ahead as goes is late")
                .isEqualTo(first - 1);
    }

    @Test
    void staysPositiveForPacketsThatPrecedeTheFirst() {
        unwrapper.unwrap(0);

        assertThat(unwrapper.unwrap(0x8000)).isPositive();
    }

    @ParameterizedTest
    @MethodSource("io.portunus.core.testkit.Seeds#all")
    void followsAnyStreamThatJumpsLessThanHalfACycle(long seed) {
        var random = new SplittableRandom(seed);
        var start = random.nextInt(0x1_0000);
        var truth = (long) start;
        var newest = truth;
        var origin = unwrapper.unwrap(start) - truth;
        for (var i = 0; i < 2_000; i++) {
            truth = newest + random.nextInt(-20_000, LATEST + 1);
            truth = Math.max(truth, newest - 20_000);
            if (truth < start - 20_000) {
                continue;
            }
            assertThat(unwrapper.unwrap((int) truth & 0xFFFF)).isEqualTo(origin + truth);
            newest = Math.max(newest, truth);
            assertThat(unwrapper.newest()).isEqualTo(origin + newest);
        }
    }
}
