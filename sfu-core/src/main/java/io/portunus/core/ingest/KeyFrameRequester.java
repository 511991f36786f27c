// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;

/// Asks one publisher for key frames on behalf of all who need one: the first request leaves at
/// once, others join it or wait their turn, and it is repeated until a key frame begins.
///
/// Told the time, never asks it. Confined to its media loop.
final class KeyFrameRequester {
    /// Puts a request on the wire.
    interface Sink {
        /// @param again whether this repeats the request before, which may have got lost
        void requestKeyFrame(boolean again, long nowNanos);
    }

    /// Browsers' encoders answer no faster than this, so asking sooner would only cost uplink.
    static final long MIN_INTERVAL_NANOS = 300_000_000;

    /// So many requests come as fast as they may: on a network that loses one packet in five, more
    /// than two or three in a row do get lost, and somebody waits for a picture.
    static final int FAST_REQUESTS = 6;

    /// Further ones come ever slower, up to this: the publisher may show nothing for long.
    static final long MAX_RETRY_NANOS = 16 * MIN_INTERVAL_NANOS;

    private final Sink sink;
    private final Wakeup wakeup;
    private boolean wanted;

    /// Whether the next request repeats the one before.
    private boolean again;

    private long earliestNanos = Long.MIN_VALUE;
    private long dueNanos = Deadlines.NEVER;
    private long retryNanos = MIN_INTERVAL_NANOS;
    private int requests;
    private long longestGapNanos;
    private long overdueNanos = Deadlines.NEVER;

    KeyFrameRequester(Sink sink, Wakeup wakeup) {
        this.sink = sink;
        this.wakeup = wakeup;
    }

    /// Somebody needs a key frame that begins from now on.
    void request(long nowNanos) {
        if (!wanted) {
            wanted = true;
            again = false;
        }
        retryNanos = MIN_INTERVAL_NANOS;
        requests = 0;
        dueNanos = Math.min(dueNanos, Math.max(nowNanos, earliestNanos));
        act(nowNanos);
    }

    /// The first packet of a key frame has come.
    void onKeyFrame(long nowNanos) {
        wanted = false;
        dueNanos = Deadlines.NEVER;
        if (longestGapNanos > 0) {
            overdueNanos = nowNanos + longestGapNanos;
            wakeup.at(overdueNanos);
        }
    }

    /// Another stream begins, which knows nothing of what was asked of the one before.
    void onStreamStarted(long nowNanos) {
        earliestNanos = Long.MIN_VALUE;
        again = false;
        if (wanted) {
            request(nowNanos);
        }
    }

    /// Ask when no key frame came for so long; 0 never.
    void longestGap(long gapNanos) {
        longestGapNanos = gapNanos;
        overdueNanos = Deadlines.NEVER;
    }

    /// Any packet has come: while nothing does, no key frame is missed.
    void onPacket(long nowNanos) {
        if (longestGapNanos > 0 && overdueNanos == Deadlines.NEVER) {
            overdueNanos = nowNanos + longestGapNanos;
            wakeup.at(overdueNanos);
        }
    }

    void onDeadline(long nowNanos) {
        if (nowNanos >= overdueNanos) {
            // Counts again from the next packet on.
            overdueNanos = Deadlines.NEVER;
            request(nowNanos);
        }
        act(nowNanos);
    }

    long nextDeadlineNanos() {
        return Math.min(dueNanos, overdueNanos);
    }

    private void act(long nowNanos) {
        if (dueNanos <= nowNanos) {
            var repeats = again;
            // An encoder that has answered passes over repetitions (RFC 5104 §4.3.1.2). Its answer
            // may have got lost, so every other request is a new one.
            again = !repeats;
            earliestNanos = nowNanos + MIN_INTERVAL_NANOS;
            dueNanos = nowNanos + retryNanos;
            if (++requests >= FAST_REQUESTS) {
                retryNanos = Math.min(2 * retryNanos, MAX_RETRY_NANOS);
            }
            sink.requestKeyFrame(repeats, nowNanos);
        }
        wakeup.at(nextDeadlineNanos());
    }
}
