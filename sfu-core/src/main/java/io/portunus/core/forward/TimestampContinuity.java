// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

/// Keeps the timestamps of one outgoing stream going by the wall clock over changes of the source.
/// Confined to its media loop.
final class TimestampContinuity {
    private int shift;
    private boolean sent;
    private int newest;
    private long newestAtNanos;

    /// Another source begins with this timestamp.
    void start(int timestamp, int clockRateHz, long nowNanos) {
        if (sent) {
            var elapsed = (nowNanos - newestAtNanos) / 1_000 * clockRateHz / 1_000_000;
            shift = newest + (int) Math.max(1, elapsed) - timestamp;
        }
    }

    /// What a timestamp of the source becomes.
    int outOf(int timestamp) {
        return timestamp + shift;
    }

    void onSent(int outTimestamp, long nowNanos) {
        if (!sent || outTimestamp - newest > 0) {
            sent = true;
            newest = outTimestamp;
            newestAtNanos = nowNanos;
        }
    }

    /// The newest that went out.
    int newest() {
        return newest;
    }
}
