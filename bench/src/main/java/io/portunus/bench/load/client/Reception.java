// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.client.Tally.Count;
import org.HdrHistogram.Histogram;

/// What all receivers of a run measure together. Written by the network thread.
public final class Reception {
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final Sources sources;
    private final MeasureWindow window;
    private final Tally tally;
    private final Histogram delays = new Histogram(1, HIGHEST_NANOS, DIGITS);

    public Reception(Sources sources, MeasureWindow window, Tally tally) {
        this.sources = sources;
        this.window = window;
        this.tally = tally;
    }

    Sources sources() {
        return sources;
    }

    Tally tally() {
        return tally;
    }

    /// A packet has reached a receiver for the first time; whether it counts.
    boolean onDelivered(long dueNanos, long receivedAt) {
        if (!window.contains(dueNanos)) {
            return false;
        }
        tally.count(Count.DELIVERED);
        delays.recordValue(Math.clamp(receivedAt - dueNanos, 1, HIGHEST_NANOS));
        return true;
    }

    /// From when a packet was to be sent until it arrived, in nanoseconds. Only after the network
    /// thread has ended.
    public Histogram delays() {
        return delays;
    }
}
