// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DelayHistogramTest {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    private final DelayHistogram delays = new DelayHistogram();

    @Test
    void bucketsFollowEachOtherWithoutGapsAndAreNarrow() {
        var start = 0L;
        for (var bucket = 0; bucket < DelayHistogram.BUCKETS - 1; bucket++) {
            var end = DelayHistogram.endNanos(bucket);
            assertThat(end).as("the end of bucket %d", bucket).isGreaterThan(start);
            assertThat(end - start).isLessThanOrEqualTo(Math.max(MICRO, start / 8));

            var delay = new DelayHistogram();
            delay.record(start);
            delay.record(end - 1);
            assertThat(delay.count(bucket)).as("what bucket %d takes", bucket).isEqualTo(2);
            start = end;
        }
        assertThat(start).isBetween(900 * MILLI, 1_100 * MILLI);
    }

    @Test
    void tellsQuantilesToAnEighth() {
        var random = new SplittableRandom(1);
        for (var i = 0; i < 100_000; i++) {
            delays.record(random.nextLong(MILLI));
        }

        assertThat(delays.total()).isEqualTo(100_000);
        assertThat(delays.quantileNanos(0.5)).isBetween(490 * MICRO, 600 * MICRO);
        assertThat(delays.quantileNanos(0.99)).isBetween(980 * MICRO, 1_100 * MICRO);
        assertThat(delays.sumNanos() / 100_000).isBetween(490 * MICRO, 510 * MICRO);
    }

    @Test
    void aClockThatIsSetMakesNoDelayOfHoursAndNoneThatIsNegative() {
        delays.record(3_600_000 * MILLI);
        delays.record(-5 * MILLI);

        assertThat(delays.count(DelayHistogram.BUCKETS - 1)).isEqualTo(1);
        assertThat(delays.count(0)).isEqualTo(1);
        assertThat(delays.sumNanos())
                .as("what the metrics say packets have waited, of which one could be true")
                .isEqualTo(DelayHistogram.LONGEST_MICROS * MICRO);
        assertThat(delays.takeRecentNanos())
                .as("the mean that decides whether video is left out")
                .isLessThan(600 * MILLI);
    }

    @Test
    void hasNoQuantilesWhileThereIsNothing() {
        assertThat(delays.quantileNanos(0.99)).isZero();
    }
}
