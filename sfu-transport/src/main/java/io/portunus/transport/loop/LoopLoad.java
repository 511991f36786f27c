// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

/// How much of its time one media loop works, measured over windows of a quarter of a second: a
/// loop that has no time left makes packets wait. Written by its loop; read by anybody, who sees
/// what was true a moment ago.
final class LoopLoad {
    static final long WINDOW_NANOS = 250_000_000;

    /// Of a loop that does nothing else.
    static final int FULL_PERMILLE = 1_000;

    private long windowStartNanos;
    private long turnStartNanos;
    private long workedNanos;
    private volatile int permille;
    private volatile int peersWhenMeasured;

    LoopLoad(long nowNanos) {
        windowStartNanos = nowNanos;
    }

    void onTurnStart(long nowNanos) {
        turnStartNanos = nowNanos;
    }

    /// @param peers how many the loop has
    /// @return whether a window has passed, so that there is a new value
    boolean onTurnEnd(int peers, long nowNanos) {
        workedNanos += nowNanos - turnStartNanos;
        turnStartNanos = nowNanos;
        var passed = nowNanos - windowStartNanos;
        if (passed < WINDOW_NANOS) {
            return false;
        }
        var now = (int) Math.min(workedNanos * FULL_PERMILLE / passed, FULL_PERMILLE);
        // Half the news at a time: one window alone says little.
        permille = (permille + now + 1) / 2;
        peersWhenMeasured = peers;
        workedNanos = 0;
        windowStartNanos = nowNanos;
        return true;
    }

    /// What part of its time the loop worked lately, in thousandths. Thread-safe.
    int permille() {
        return permille;
    }

    /// The same, with those taken into account who came since it was measured: each is taken to
    /// cost what the others do. Thread-safe.
    ///
    /// @param peers how many the loop has now
    int expectedPermille(int peers) {
        var measured = peersWhenMeasured;
        var each = measured == 0 ? 1 : Math.max(1, permille / measured);
        return permille + Math.max(0, peers - measured) * each;
    }
}
