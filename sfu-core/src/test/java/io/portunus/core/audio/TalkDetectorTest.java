// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.audio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TalkDetectorTest {
    private final TalkDetector detector = new TalkDetector(10, 25);

    @Test
    void talksOnceTheAverageOverTheWindowIsLoudEnough() {
        assertThat(hear(20, 9)).isZero();
        assertThat(detector.isTalking()).isFalse();
        assertThat(hear(20, 1)).isEqualTo(1);
        assertThat(detector.isTalking()).isTrue();
        assertThat(detector.averageLevel()).isEqualTo(20.0);
    }

    @Test
    void tellsOfChangesOnly() {
        assertThat(hear(20, 100)).isEqualTo(1);
        assertThat(hear(60, 100)).isEqualTo(1);
        assertThat(detector.isTalking()).isFalse();
    }

    @Test
    void anAverageAtTheThresholdIsNotTalking() {
        assertThat(hear(25, 10)).isZero();
    }

    @Test
    void whoIsMutedTalksNoMore() {
        hear(20, 10);
        assertThat(detector.silence()).isTrue();
        assertThat(detector.silence()).isFalse();
        assertThat(detector.averageLevel()).isEqualTo(TalkDetector.SILENCE);
    }

    /// How often it said that something changed.
    private int hear(int level, int packets) {
        var changes = 0;
        for (var i = 0; i < packets; i++) {
            changes += detector.onLevel(level) ? 1 : 0;
        }
        return changes;
    }
}
