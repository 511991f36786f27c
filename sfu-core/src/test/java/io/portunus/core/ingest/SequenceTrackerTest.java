// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {
    private final SequenceTracker tracker = new SequenceTracker();

    @Test
    void tellsDuplicatesOverTheWrap() {
        assertThat(tracker.onPacket(65_534)).isEqualTo(Fate.RECEIVED);
        assertThat(tracker.onPacket(1)).isEqualTo(Fate.RECEIVED);
        assertThat(tracker.onPacket(65_535)).isEqualTo(Fate.RECEIVED);
        assertThat(tracker.onPacket(1)).isEqualTo(Fate.DUPLICATE);
        assertThat(tracker.onRepair(65_535)).isEqualTo(Fate.DUPLICATE);
        assertThat(tracker.onRepair(0)).isEqualTo(Fate.RECEIVED);
        assertThat(tracker.epoch()).isZero();
    }

    @Test
    void takesANumberFarOffForARestartWhenTheNextOneComesToo() {
        tracker.onPacket(100);
        assertThat(tracker.onPacket(20_000)).as("not believed at once").isEqualTo(Fate.TOO_LATE);
        assertThat(tracker.onPacket(101)).as("the stream goes on").isEqualTo(Fate.RECEIVED);
        assertThat(tracker.epoch()).isZero();

        tracker.onPacket(20_000);
        assertThat(tracker.onPacket(20_001)).isEqualTo(Fate.RECEIVED);
        assertThat(tracker.epoch()).isEqualTo(1);
    }

    @Test
    void aRepairNeverRestartsTheStream() {
        assertThat(tracker.onRepair(5)).as("before any packet").isEqualTo(Fate.TOO_LATE);
        tracker.onPacket(100);
        tracker.onRepair(20_000);
        assertThat(tracker.onRepair(20_001)).isEqualTo(Fate.TOO_LATE);
        assertThat(tracker.epoch()).isZero();
    }

    @Test
    void refusesWhatIsOlderThanItRemembers() {
        tracker.onPacket(10_000);
        assertThat(tracker.onPacket(10_001 - SequenceTracker.WINDOW)).isEqualTo(Fate.RECEIVED);
        assertThat(tracker.onPacket(10_000 - SequenceTracker.WINDOW)).isEqualTo(Fate.TOO_LATE);
    }
}
