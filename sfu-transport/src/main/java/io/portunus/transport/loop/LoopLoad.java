// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

/// How much of its time one media loop works, measured over windows of a quarter of a second: a
/// loop that has no time left makes packets wait. Written by its loop; read by anybody, who sees
/// what was true a moment ago.
final class LoopLoad {
    static final long WINDOW_NANOS = 250_000_000;

    /// Of a loop that does nothing else.
    static final int FULL_PERMILLE = 1_000;

    /// By then, or twice that, a newcomer costs what it is going to cost: it is connected, and what
    /// it watches has come.
    static final long SETTLE_NANOS = 5_000_000_000L;

    /// What one newcomer is taken to cost at least, and at most: a picture of 250 packets a second
    /// costs one of these, and a few peers that were measured say little of the next ones.
    private static final int LEAST_EACH = 2;

    private static final int MOST_EACH = 20;

    private long windowStartNanos;
    private long turnStartNanos;
    private long workedNanos;
    private long settlingNanos;
    private int settling;
    private volatile int permille;
    private volatile int settled;

    LoopLoad(long nowNanos) {
        windowStartNanos = nowNanos;
        settlingNanos = nowNanos;
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
        settle(peers, nowNanos);
        workedNanos = 0;
        windowStartNanos = nowNanos;
        return true;
    }

    private void settle(int peers, long nowNanos) {
        settling = Math.min(settling, peers);
        settled = Math.min(settled, peers);
        if (nowNanos - settlingNanos >= SETTLE_NANOS) {
            settlingNanos = nowNanos;
            settled = settling;
            settling = peers;
        }
    }

    /// What part of its time the loop worked lately, in thousandths. Thread-safe.
    int permille() {
        return permille;
    }

    /// The same, with those taken into account who came lately: each is taken to cost what the
    /// others do. A crowd that joins costs nothing until its connections are up, and then all at
    /// once. Thread-safe.
    ///
    /// @param peers how many the loop has now
    int expectedPermille(int peers) {
        var measured = settled;
        var each = measured == 0 ? LEAST_EACH : permille / measured;
        return permille + Math.max(0, peers - measured) * Math.clamp(each, LEAST_EACH, MOST_EACH);
    }
}
