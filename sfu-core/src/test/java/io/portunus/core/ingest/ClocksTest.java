// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClocksTest {
    private static final long MILLIS = 1_000_000;
    private static final long SECONDS = 1_000 * MILLIS;

    private final PublisherClock publisher = new PublisherClock();
    private final SourceClock audio = new SourceClock(publisher, 48_000);
    private final SourceClock video = new SourceClock(publisher, 90_000);

    @Test
    void goesByArrivalUntilThePublisherTells() {
        audio.onPacket(1_000, 5 * SECONDS);
        audio.onPacket(9_999, 6 * SECONDS);
        assertThat(audio.isReported()).isFalse();
        assertThat(audio.timestampAt(7 * SECONDS)).isEqualTo(1_000 + 2 * 48_000);
    }

    @Test
    void whatWasCapturedTogetherStaysTogetherHoweverLateAReportComes() {
        // Both were captured at the publisher's second 100; the video's report takes 300 ms longer.
        audio.onSenderReport(100L << 32, 48_000, 50 * SECONDS);
        video.onSenderReport(100L << 32, 90_000, 50 * SECONDS + 300 * MILLIS);

        var later = 52 * SECONDS;
        assertThat((audio.timestampAt(later) - 48_000) / 48).isEqualTo(2_000);
        assertThat((video.timestampAt(later) - 90_000) / 90).isEqualTo(2_000);
    }

    @Test
    void readsTheFractionOfNtpTime() {
        audio.onSenderReport(100L << 32, 0, 50 * SECONDS);
        video.onSenderReport((100L << 32) | 0x8000_0000L, 0, 50 * SECONDS);
        assertThat(video.timestampAt(51 * SECONDS)).isEqualTo(45_000);
    }

    @Test
    void followsAPublisherWhoseClockIsSetAnew() {
        audio.onSenderReport(100L << 32, 0, 50 * SECONDS);
        audio.onSenderReport(9_000L << 32, 48_000, 51 * SECONDS);
        assertThat(audio.timestampAt(51 * SECONDS)).isEqualTo(48_000);
    }

    @Test
    void aReportWithoutWallClockSaysNothing() {
        audio.onPacket(7, SECONDS);
        audio.onSenderReport(0, 99_999, 2 * SECONDS);
        assertThat(audio.timestampAt(SECONDS)).isEqualTo(7);
    }
}
