// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunningNumberTest {
    @ParameterizedTest
    @MethodSource("io.portunus.core.testkit.Seeds#all")
    void everyRunContinuesAfterTheNewestOfTheOneBefore(long seed) {
        var random = new SplittableRandom(seed);
        var bits = new int[] {7, 8, 15, 16};
        var mask = (1 << bits[(int) seed % bits.length]) - 1;
        var number = new RunningNumber();
        var newest = -1;
        for (var run = 0; run < 4; run++) {
            var first = random.nextInt(mask + 1);
            number.start(first);
            var expected = newest < 0 ? first : newest + 1;
            for (var i = 0; i < 200; i++) {
                assertThat(number.outOf(first) & mask).isEqualTo(expected & mask);
                number.onSent(first, mask);
                newest = expected;
                // A late one changes nothing.
                number.onSent((first - random.nextInt(5)) & mask, mask);
                // Numbers may be passed over; in some runs all wrap many times.
                var step = random.nextInt(1, mask / 4);
                first = (first + step) & mask;
                expected += step;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x7F, 0x7FFF, 0xFFFF})
    void theFirstRunIsSentAsItIs(int mask) {
        var number = new RunningNumber();
        number.start(mask);
        number.onSent(mask, mask);
        assertThat(number.isShifted()).isFalse();
        assertThat(number.outOf(mask)).isEqualTo(mask);
    }
}
