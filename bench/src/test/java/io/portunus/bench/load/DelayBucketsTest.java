// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a server's histogram says of a run.
class DelayBucketsTest {
    private static final String BEFORE =
            """
            # TYPE portunus_media_delay_seconds histogram
            portunus_media_delay_seconds_bucket{loop="0",le="1.0E-4"} 1000
            portunus_media_delay_seconds_bucket{loop="0",le="2.0E-4"} 1000
            portunus_media_delay_seconds_bucket{loop="0",le="+Inf"} 1000
            portunus_media_delay_seconds_count{loop="0"} 1000
            """;

    private static final String AFTER =
            """
            portunus_media_delay_seconds_bucket{loop="0",le="1.0E-4"} 1000
            portunus_media_delay_seconds_bucket{loop="0",le="2.0E-4"} 1050
            portunus_media_delay_seconds_bucket{loop="0",le="+Inf"} 1051
            portunus_media_delay_seconds_bucket{loop="1",le="1.0E-4"} 0
            portunus_media_delay_seconds_bucket{loop="1",le="2.0E-4"} 49
            portunus_media_delay_seconds_bucket{loop="1",le="+Inf"} 49
            """;

    @Test
    void whatWasBeforeTheRunDoesNotCount() {
        var delays = DelayBuckets.parse(AFTER).since(DelayBuckets.parse(BEFORE));

        var micros = Objects.requireNonNull(delays.percentiles(), "100 were added");

        assertThat(micros.p50())
                .as("the middle of the bucket with 99 of 100")
                .isCloseTo(150, within(1.0));
        assertThat(micros.p99()).isCloseTo(200, within(0.1));
        assertThat(micros.p999())
                .as("beyond the last bucket with an end")
                .isCloseTo(200, within(0.1));
    }

    @Test
    void aServerThatTellsNothingHasNone() {
        assertThat(DelayBuckets.parse("janus 1\n").percentiles()).isNull();
        assertThat(DelayBuckets.parse(BEFORE).since(DelayBuckets.parse(BEFORE)).percentiles())
                .as("a run without a packet")
                .isNull();
    }
}
