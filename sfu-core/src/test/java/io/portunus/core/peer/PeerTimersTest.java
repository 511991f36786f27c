// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerId;
import io.portunus.core.time.Wakeup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTimersTest {
    private static final long MILLIS = 1_000_000;
    private static final long SECOND = 1_000 * MILLIS;

    @Test
    void everyConnectionHasItsTurnOnceASecondWhenNothingElseHappens() {
        var peer = new One(7, 12_345 * MILLIS);
        var turns = peer.runQuietly(20 * SECOND);
        assertThat(turns).hasSizeBetween(20, 21);
        for (var i = 1; i < turns.size(); i++) {
            assertThat(turns.get(i) - turns.get(i - 1)).isEqualTo(SECOND);
        }
    }

    @Test
    void aLoopFullOfConnectionsWakesTwentyTimesASecond() {
        var turns = new HashSet<Long>();
        for (var id = 0; id < 300; id++) {
            turns.addAll(new One(id, 1_000 * MILLIS + id * 7_919L).runQuietly(SECOND));
        }
        assertThat(turns).hasSizeBetween(20, 21);
    }

    @Test
    void eachSlotHasAsManyConnectionsAsTheOthersHoweverTheyCame() {
        var atOnce = new ArrayList<Long>();
        for (var id = 100; id < 160; id++) {
            atOnce.addAll(new One(id, 77 * MILLIS).runQuietly(SECOND));
        }
        for (var slot : new HashSet<>(atOnce)) {
            assertThat(atOnce.stream().filter(slot::equals)).hasSize(3);
        }
    }

    /// Packets come, the loop is awake: no wake-up is needed, and the rate stays what it was.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theTurnsOfPacketsAreUsedAndTheRateStays(long seed) {
        var random = new Random(seed);
        var peer = new One(random.nextInt(1_000), random.nextLong(100 * SECOND));
        peer.turn();
        var turns = 0;
        for (var packet = 0; packet < 60 * 50; packet++) {
            peer.nowNanos += 17 * MILLIS + random.nextLong(6 * MILLIS);
            assertThat(peer.wakeup.nextNanos())
                    .as("a wake-up of its own")
                    .isGreaterThan(peer.nowNanos);
            if (peer.wakeup.opportunityNanos() <= peer.nowNanos) {
                turns += peer.turn() ? 1 : 0;
            }
        }
        assertThat(turns).isBetween(59, 61);
    }

    @Test
    void aFirstReportIsNeitherEarlyNorLate() {
        var peer = new One(0, 10 * SECOND + 100 * MILLIS);
        peer.timers.reportSoon(peer.nowNanos);
        assertThat(peer.wakeup.nextNanos()).isEqualTo(peer.nowNanos + 20 * MILLIS);
        assertThat(peer.timers.isFirstReportDue(peer.nowNanos + 19 * MILLIS)).isFalse();
        assertThat(peer.timers.isFirstReportDue(peer.nowNanos + 20 * MILLIS)).isTrue();
        assertThat(peer.timers.isFirstReportDue(peer.nowNanos + 21 * MILLIS)).isFalse();
    }

    @Test
    void whereThereIsOnlySoundEveryFifthTurnHasAReport() {
        var peer = new One(1, 0);
        var reports = new ArrayList<Boolean>();
        for (var i = 0; i < 7; i++) {
            reports.add(peer.timers.isReportDue(false));
        }
        assertThat(reports).containsExactly(true, false, false, false, false, true, false);
        assertThat(peer.timers.isReportDue(true)).isTrue();
        assertThat(peer.timers.isReportDue(true)).isTrue();
        assertThat(peer.timers.isReportDue(false)).isFalse();
    }

    @Test
    void nothingIsDueBeforeTheConnectionIsUp() {
        var timers = new PeerTimers(new PeerId(1), new Wakeup());
        assertThat(timers.isRegularDue(SECOND)).isFalse();
        assertThat(timers.areArrivalsDue(SECOND)).isFalse();
    }

    private static final class One {
        final Wakeup wakeup = new Wakeup();
        final PeerTimers timers;
        long nowNanos;

        One(long id, long nowNanos) {
            this.nowNanos = nowNanos;
            timers = new PeerTimers(new PeerId(id), wakeup);
            timers.start(nowNanos);
        }

        boolean turn() {
            wakeup.clear();
            var due = timers.isRegularDue(nowNanos);
            timers.wake();
            return due;
        }

        /// When it had its turns, where only its own wake-ups woke it.
        List<Long> runQuietly(long nanos) {
            var end = nowNanos + nanos;
            var turns = new ArrayList<Long>();
            while (wakeup.nextNanos() <= end) {
                nowNanos = wakeup.nextNanos();
                if (turn()) {
                    turns.add(nowNanos);
                }
            }
            return turns;
        }
    }
}
