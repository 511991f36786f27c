// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.time.Clock;

/// How far the wall clock, by which the kernel stamps datagrams, is ahead of [System#nanoTime], by
/// which everything else is measured. Confined to one thread.
final class WallClock {
    private static final int TRIES = 16;
    private static final long AGAIN_NANOS = 1_000_000_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Clock clock = Clock.systemUTC();
    private long aheadNanos;
    private long nextNanos;

    WallClock() {
        measure();
    }

    /// Follows a clock that is being adjusted.
    void onTick(long nowNanos) {
        if (nowNanos - nextNanos >= 0) {
            measure();
        }
    }

    /// The best of some tries is the one that nothing came between.
    private void measure() {
        var best = Long.MAX_VALUE;
        for (var i = 0; i < TRIES; i++) {
            var before = System.nanoTime();
            var wall = clock.instant();
            var took = System.nanoTime() - before;
            if (took < best) {
                best = took;
                var nanos = wall.getEpochSecond() * NANOS_PER_SECOND + wall.getNano();
                aheadNanos = nanos - before - took / 2;
            }
        }
        nextNanos = System.nanoTime() + AGAIN_NANOS;
    }

    /// A time of the wall clock's by [System#nanoTime].
    long toMonotonic(long wallNanos) {
        return wallNanos - aheadNanos;
    }

    /// A time of [System#nanoTime]'s in nanoseconds since 1970.
    long toWall(long nanos) {
        return nanos + aheadNanos;
    }
}
