// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.MediaKind;
import java.util.Random;
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

    /// With a processor that is `rationed` a loop looks idle, to a quarter busy, until it cannot
    /// keep up.
    @ParameterizedTest
    @CsvSource({
        "105,false", "120,false", "150,false", "200,false", "300,false", "500,false", "1000,false",
        "105,true", "120,true", "150,true", "200,true", "300,true", "500,true", "1000,true",
    })
    void anOverloadedLoopEndsUpBusyAndOnTime(int offered, boolean rationed) {
        var loop = new Loop(offered, rationed);
        for (var step = 0; step < 200; step++) {
            loop.measure(100);
        }
        loop.forget();
        for (var step = 0; step < 200; step++) {
            loop.measure(100);
        }
        assertThat(loop.doneOfCapacity()).as("of 100 that it could do").isGreaterThan(90);
        // What can be tried there is a twelfth of the capacity at least.
        var most = rationed && offered > 300 ? 40 : 20;
        assertThat(loop.late).as("quarters of a second with late packets, of 200").isLessThan(most);
    }

    /// A machine has other things to do: the capacity varies, and every few seconds most of it is
    /// gone for a moment.
    @ParameterizedTest
    @CsvSource({
        "95,false", "120,false", "150,false", "200,false", "300,false",
        "95,true", "120,true", "150,true", "200,true", "300,true",
    })
    void momentsInWhichALoopStandsStillDoNotLeaveItIdleAfterwards(int offered, boolean rationed) {
        var random = new Random(1);
        var loop = new Loop(offered, rationed);
        var still = 0;
        for (var step = 0; step < 4_000; step++) {
            still = still == 0 && random.nextInt(25) == 0 ? 1 + random.nextInt(2) : still;
            var usual = random.nextDouble(85, 100);
            loop.measure(still > 0 ? 0.35 * usual : usual);
            still = Math.max(0, still - 1);
        }
        assertThat(loop.doneOfCapacity()).as("of 100 that it could do").isGreaterThan(85);
    }

    /// A loop of which some sound and `offered` of video is wanted, whose usual capacity is 100:
    /// packets it cannot take wait, and what finds no room in the socket's buffer, a second's
    /// worth, is lost.
    private final class Loop {
        private final int offered;
        private final boolean rationed;
        private double queued;
        private double done;
        private double possible;
        private int late;

        Loop(int offered, boolean rationed) {
            this.offered = offered;
            this.rationed = rationed;
        }

        void measure(double capacity) {
            var left = 1 - Math.min(1, shedding.level() / (double) Shedding.PARTS);
            var wanted = SOUND + offered * left;
            var before = queued;
            queued = Math.clamp(before + (wanted - capacity) / 4, 0, 100);
            var worked = queued > 0 ? capacity : Math.min(capacity, wanted + 4 * before);
            var load = 1_000 * worked / capacity;
            var mean = (before + queued) / 2 / 100 * 1_000 * MILLIS;
            measured((long) mean + BURST_NANOS, (int) (rationed && queued == 0 ? load / 4 : load));
            done += worked;
            possible += Math.min(capacity, SOUND + offered);
            late += queued > 2 ? 1 : 0;
        }

        void forget() {
            done = 0;
            possible = 0;
            late = 0;
        }

        double doneOfCapacity() {
            return 100 * done / possible;
        }
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
