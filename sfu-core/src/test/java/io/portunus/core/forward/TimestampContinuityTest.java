// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampContinuityTest {
    private static final long SECOND = 1_000_000_000;
    private static final int VIDEO = 90_000;

    private final TimestampContinuity timestamps = new TimestampContinuity();

    @Test
    void theFirstSourceIsSentAsItIs() {
        timestamps.start(77, VIDEO, 5);
        assertThat(timestamps.outOf(77)).isEqualTo(77);
    }

    /// Half the range of a timestamp is 6.6 hours of video.
    @ParameterizedTest
    @ValueSource(longs = {1, 60, 3_600, 7 * 3_600, 14 * 3_600, 30 * 3_600, 1_000 * 3_600})
    void timeGoesOnByTheWallClockHoweverLongTheBreak(long seconds) {
        timestamps.start(1_000, VIDEO, 0);
        timestamps.onSent(timestamps.outOf(1_000), 0);
        timestamps.start(5, VIDEO, seconds * SECOND);
        var out = timestamps.outOf(5);
        assertThat(out).isEqualTo((int) (1_000 + seconds * VIDEO));
        timestamps.onSent(out, seconds * SECOND);
        assertThat(timestamps.newest()).as("what padding is sent under").isEqualTo(out);

        timestamps.start(-3, VIDEO, (seconds + 2) * SECOND);
        assertThat(timestamps.outOf(-3)).isEqualTo(out + 2 * VIDEO);
    }

    @Test
    void timeNeverStandsStillBetweenTwoSources() {
        timestamps.start(1_000, VIDEO, 0);
        timestamps.onSent(1_000, 0);
        timestamps.start(900, VIDEO, 0);
        assertThat(timestamps.outOf(900)).isEqualTo(1_001);
    }
}
