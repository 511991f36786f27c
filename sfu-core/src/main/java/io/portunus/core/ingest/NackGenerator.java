// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;

/// Decides which missing packets of one stream to ask for again, and when: as soon as the gap
/// cannot be mere reordering, then once per round trip, a bounded number of times.
///
/// Told the time, never asks it. Confined to its media loop.
final class NackGenerator {
    /// Where requests go; implemented by whoever can put RTCP on the wire.
    interface Sink {
        /// Asks for the first `count` of `indexes`, which ascend.
        void requestRetransmission(long[] indexes, int count, long nowNanos);
    }

    static final int MAX_MISSING = 512;
    static final int MAX_ATTEMPTS = 10;
    static final long MIN_RETRY_NANOS = 20_000_000;
    static final long MAX_RETRY_NANOS = 500_000_000;

    /// Two packets that overtake a third on the network are common, three are not.
    static final int REORDER_PACKETS = 2;

    static final long REORDER_NANOS = 10_000_000;

    private static final long UNKNOWN_RTT_NANOS = 100_000_000;

    private final Sink sink;
    private final Wakeup wakeup;
    private final long[] missing = new long[MAX_MISSING];
    private final long[] dueNanos = new long[MAX_MISSING];
    private final long[] askedNanos = new long[MAX_MISSING];
    private final byte[] attempts = new byte[MAX_MISSING];
    private final long[] asking = new long[MAX_MISSING];
    private int missingCount;
    private int unaskedCount;
    private long oldest = -1;
    private long newest = -1;
    private long nextNanos = Deadlines.NEVER;
    private long retryNanos = UNKNOWN_RTT_NANOS;

    NackGenerator(Sink sink, Wakeup wakeup) {
        this.sink = sink;
        this.wakeup = wakeup;
    }

    void onPacket(long index, long nowNanos) {
        if (newest < 0) {
            oldest = index;
            newest = index;
            return;
        }
        if (index < oldest) {
            precede(index, nowNanos);
        } else if (index <= newest) {
            fill(index, nowNanos);
        } else {
            // A longer gap is cheaper to mend with a key frame, so only its newest part is kept.
            var from = Math.max(newest + 1, index - MAX_MISSING);
            makeRoom((int) (index - from));
            for (var gap = from; gap < index; gap++) {
                insert(missingCount, gap, nowNanos);
            }
            newest = index;
        }
        if (unaskedCount > 0 && nextAllowedByOrder()) {
            askDue(nowNanos);
        }
    }

    void onRoundTripTime(long rttNanos) {
        retryNanos = Math.clamp(rttNanos, MIN_RETRY_NANOS, MAX_RETRY_NANOS);
    }

    void onDeadline(long nowNanos) {
        if (nowNanos >= nextNanos) {
            askDue(nowNanos);
        }
        wakeup.at(nextNanos);
    }

    long nextDeadlineNanos() {
        return nextNanos;
    }

    /// Asks for nothing any more; the next packet is taken for the first.
    void clear() {
        missingCount = 0;
        unaskedCount = 0;
        newest = -1;
        nextNanos = Deadlines.NEVER;
    }

    /// The stream began earlier than it seemed: what lies between may be missing too.
    private void precede(long index, long nowNanos) {
        for (var gap = oldest - 1; gap > index && missingCount < MAX_MISSING; gap--) {
            insert(0, gap, nowNanos);
        }
        oldest = index;
    }

    /// Forgets as many of the oldest as is needed to take `count` more, all at once.
    private void makeRoom(int count) {
        var tooMany = missingCount + count - MAX_MISSING;
        if (tooMany > 0) {
            for (var i = 0; i < tooMany; i++) {
                unaskedCount -= attempts[i] == 0 ? 1 : 0;
            }
            shift(tooMany, 0);
            missingCount -= tooMany;
        }
    }

    private void insert(int at, long index, long nowNanos) {
        shift(at, at + 1);
        missing[at] = index;
        dueNanos[at] = nowNanos + REORDER_NANOS;
        attempts[at] = 0;
        missingCount++;
        unaskedCount++;
        wakeAt(nowNanos + REORDER_NANOS);
    }

    private void fill(long index, long nowNanos) {
        for (var i = missingCount - 1; i >= 0 && missing[i] >= index; i--) {
            if (missing[i] == index) {
                if (attempts[i] == 1) {
                    // Only a packet that was asked for once says how long a round trip takes.
                    onRoundTripTime((3 * retryNanos + (nowNanos - askedNanos[i])) / 4);
                }
                remove(i);
                return;
            }
        }
    }

    private void remove(int at) {
        if (attempts[at] == 0) {
            unaskedCount--;
        }
        shift(at + 1, at);
        missingCount--;
        if (missingCount == 0) {
            nextNanos = Deadlines.NEVER;
        }
    }

    private void shift(int from, int to) {
        var moved = missingCount - from;
        System.arraycopy(missing, from, missing, to, moved);
        System.arraycopy(dueNanos, from, dueNanos, to, moved);
        System.arraycopy(askedNanos, from, askedNanos, to, moved);
        System.arraycopy(attempts, from, attempts, to, moved);
    }

    /// Whether the oldest that was never asked for has been overtaken too often to be on its way.
    private boolean nextAllowedByOrder() {
        for (var i = 0; i < missingCount; i++) {
            if (attempts[i] == 0) {
                return newest - missing[i] > REORDER_PACKETS;
            }
        }
        return false;
    }

    private void askDue(long nowNanos) {
        var asked = 0;
        var kept = 0;
        unaskedCount = 0;
        nextNanos = Deadlines.NEVER;
        for (var i = 0; i < missingCount; i++) {
            var overtaken = attempts[i] == 0 && newest - missing[i] > REORDER_PACKETS;
            var due = overtaken || dueNanos[i] <= nowNanos;
            if (due && attempts[i] == MAX_ATTEMPTS) {
                continue;
            }
            missing[kept] = missing[i];
            dueNanos[kept] = due ? nowNanos + retryNanos : dueNanos[i];
            askedNanos[kept] = due ? nowNanos : askedNanos[i];
            attempts[kept] = (byte) (due ? attempts[i] + 1 : attempts[i]);
            if (due) {
                asking[asked++] = missing[i];
            }
            if (attempts[kept] == 0) {
                unaskedCount++;
            }
            nextNanos = Math.min(nextNanos, dueNanos[kept]);
            kept++;
        }
        missingCount = kept;
        wakeup.at(nextNanos);
        if (asked > 0) {
            sink.requestRetransmission(asking, asked, nowNanos);
        }
    }

    private void wakeAt(long atNanos) {
        nextNanos = Math.min(nextNanos, atNanos);
        wakeup.at(nextNanos);
    }
}
