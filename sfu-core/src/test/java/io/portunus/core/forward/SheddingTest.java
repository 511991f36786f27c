// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.MediaKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SheddingTest {
    private static final long MILLIS = 1_000_000;

    /// What each packet waits on average for those of its own frame.
    private static final long BURST_NANOS = 6 * MILLIS;

    /// What the sound of all costs, of 100.
    private static final int SOUND = 4;

    private final Shedding shedding = new Shedding();

    @Test
    void aLoopThatKeepsUpLeavesNothingOut() {
        for (var load = 0; load <= 900; load += 10) {
            measured(MILLIS, load);
            assertThat(shedding.level()).isZero();
            assertThat(shedding.isFull()).isFalse();
        }
    }

    @Test
    void aLoopNearItsEndLetsNobodyNewInButLeavesNothingOut() {
        for (var i = 1; i < Admission.FULL_MEASUREMENTS; i++) {
            measured(MILLIS, Admission.FULL_PERMILLE);
            assertThat(shedding.isFull()).as("a moment says little").isFalse();
        }
        measured(MILLIS, Admission.FULL_PERMILLE);
        assertThat(shedding.isFull()).as("no more room").isTrue();
        assertThat(shedding.level()).isZero();
        measured(MILLIS, Admission.NOT_FULL_PERMILLE);
        assertThat(shedding.isFull()).as("not before there is some room").isTrue();
        measured(MILLIS, Admission.NOT_FULL_PERMILLE - 1);
        assertThat(shedding.isFull()).isFalse();
    }

    @Test
    void aLoopThatWaitsForAProcessorLeavesNothingOut() {
        for (var i = 0; i < 20; i++) {
            measured(Shedding.VERY_LATE_NANOS + i, Shedding.BUSY_PERMILLE - 1);
        }
        assertThat(shedding.level()).isZero();
        assertThat(shedding.isFull()).isFalse();
    }

    @Test
    void allVideoGoesBeforeAnyAudio() {
        var delay = Shedding.VERY_LATE_NANOS;
        for (var i = 0; i < 100; i++) {
            measured(delay += MILLIS, 1_000);
            var video = shed(MediaKind.VIDEO);
            var audio = shed(MediaKind.AUDIO);
            assertThat(audio == 0 || video == Shedding.PARTS)
                    .as("%d parts of video and %d of audio left out", video, audio)
                    .isTrue();
            assertThat(video + audio).isEqualTo(shedding.level());
        }
        assertThat(shed(MediaKind.AUDIO)).as("in the end everything").isEqualTo(Shedding.PARTS);
    }

    @Test
    void whatIsLeftOutStaysLeftOutWhileMoreIs() {
        var delay = Shedding.LATE_NANOS;
        var before = 0;
        for (var i = 0; i < 20; i++) {
            measured(delay += MILLIS, 1_000);
            for (var part = 0; part < before; part++) {
                assertThat(shedding.sheds(MediaKind.VIDEO, part)).isTrue();
            }
            before = shed(MediaKind.VIDEO);
        }
        assertThat(before).isPositive();
    }

    @Test
    void whatWaitsAlreadyIsNotHeldAgainstIt() {
        measured(200 * MILLIS, 1_000);
        var level = shedding.level();
        measured(150 * MILLIS, 1_000);
        measured(60 * MILLIS, 1_000);
        assertThat(shedding.level()).as("the delay falls already").isEqualTo(level);
    }

    /// A loop whose capacity is 100 and that is offered some sound and `offered` of video: packets
    /// it cannot take wait, and what finds no room in the socket's buffer, a second's worth, is
    /// lost. With a processor that is `rationed` it looks idle, to a quarter busy, until it cannot
    /// keep up.
    @ParameterizedTest
    @CsvSource({
        "105,false", "120,false", "150,false", "200,false", "300,false", "500,false", "1000,false",
        "105,true", "120,true", "150,true", "200,true", "300,true", "500,true", "1000,true",
    })
    void anOverloadedLoopEndsUpBusyAndOnTime(int offered, boolean rationed) {
        var queued = 0.0;
        var late = 0;
        var done = 0.0;
        var steps = 400;
        for (var step = 0; step < steps; step++) {
            var wanted =
                    SOUND + offered * (1 - Math.min(1, shedding.level() / (double) Shedding.PARTS));
            var before = queued;
            queued = Math.min(100, queued + (wanted - 100) / 4);
            var worked = queued > 0 ? 100 : wanted;
            queued = Math.max(0, queued);
            var load = rationed && queued == 0 ? worked / 4 : worked;
            var longest = Math.max(before, queued) / 100 * 1_000 * MILLIS;
            measured((long) longest + BURST_NANOS, (int) (load * 10));
            if (step >= steps / 2) {
                done += worked;
                late += queued > 2 ? 1 : 0;
            }
        }
        assertThat(done / (steps / 2.0)).as("of 100 that it could do").isGreaterThan(90);
        assertThat(late).as("quarters of a second with late packets, of 200").isLessThan(20);
    }

    /// Where a host's buffers are small, packets are lost before any waits for long.
    @Test
    void aLoopThatLosesPacketsLeavesVideoOutThoughNothingIsLate() {
        for (var i = 0; i < 10; i++) {
            shedding.onMeasured(8 * MILLIS, 1_000, Shedding.LEAST_SENT, 40);
        }
        assertThat(shed(MediaKind.VIDEO)).as("parts of the video left out").isPositive();
        assertThat(shed(MediaKind.AUDIO)).as("everybody's sound is whole").isZero();
        var level = shedding.level();
        shedding.onMeasured(8 * MILLIS, 1_000, Shedding.LEAST_SENT, 0);
        assertThat(shedding.level()).as("once nothing is lost").isEqualTo(level);
    }

    @Test
    void oneHiccupDoesNotKeepPeopleOutForEver() {
        measured(2 * Shedding.LATE_NANOS, 870);
        assertThat(shedding.isFull()).isTrue();
        for (var i = 0; i < 2 * Admission.ON_TIME_MEASUREMENTS; i++) {
            measured(MILLIS, 870);
        }
        assertThat(shedding.level()).isZero();
        assertThat(shedding.isFull()).as("refuses people twenty seconds later").isFalse();
    }

    @Test
    void everythingComesBackWhenTheOverloadIsOver() {
        var delay = Shedding.VERY_LATE_NANOS;
        for (var i = 0; i < 30; i++) {
            measured(delay += MILLIS, 1_000);
        }
        for (var i = 0; i < 80; i++) {
            measured(MILLIS, 300);
        }
        assertThat(shedding.level()).as("twenty seconds later").isZero();
        assertThat(shedding.isFull()).isFalse();
    }

    @Test
    void whoComesWhenTheCrowdHasGoneIsLetInSoon() {
        var delay = Shedding.VERY_LATE_NANOS;
        for (var i = 0; i < 30; i++) {
            measured(delay += MILLIS, 1_000);
        }
        for (var i = 0; i < 16; i++) {
            shedding.onMeasured(0, 0, 0, 0);
        }
        assertThat(shedding.level()).as("four seconds later").isZero();
        assertThat(shedding.isFull()).isFalse();
    }

    @Test
    void aLoopThatHardlySendsIsNotFullOfMedia() {
        for (var i = 0; i < 40; i++) {
            shedding.onMeasured(Shedding.VERY_LATE_NANOS + i, 1_000, Shedding.LEAST_SENT - 1, 0);
        }
        assertThat(shedding.level()).isZero();
        assertThat(shedding.isFull()).as("refuses people because it has just started").isFalse();
    }

    /// Of a loop that sends a lot.
    private void measured(long delayNanos, int loadPermille) {
        shedding.onMeasured(delayNanos, loadPermille, Shedding.LEAST_SENT, 0);
    }

    private int shed(MediaKind kind) {
        var count = 0;
        for (var part = 0; part < Shedding.PARTS; part++) {
            count += shedding.sheds(kind, part) ? 1 : 0;
        }
        return count;
    }
}
