// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

/// Keeps the timestamps of one outgoing stream going by the wall clock over changes of the source.
/// Confined to its media loop.
final class TimestampContinuity {
    private int shift;
    private boolean sent;
    private boolean started;
    private int newest;
    private long newestAtNanos;

    /// Another source begins with this timestamp.
    void start(int timestamp, int clockRateHz, long nowNanos) {
        if (sent) {
            var elapsed = (nowNanos - newestAtNanos) / 1_000 * clockRateHz / 1_000_000;
            shift = newest + (int) Math.max(1, elapsed) - timestamp;
        }
        started = true;
    }

    /// What a timestamp of the source becomes.
    int outOf(int timestamp) {
        return timestamp + shift;
    }

    void onSent(int outTimestamp, long nowNanos) {
        // The first after hours is more than half the range away, and would seem to be older.
        if (!sent || started || outTimestamp - newest > 0) {
            sent = true;
            started = false;
            newest = outTimestamp;
            newestAtNanos = nowNanos;
        }
    }

    /// The newest that went out.
    int newest() {
        return newest;
    }
}
