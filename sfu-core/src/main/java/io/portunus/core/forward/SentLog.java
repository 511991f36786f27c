// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import java.util.Arrays;

/// Which numbers of one outgoing stream have been used, so that none is encrypted twice, and when
/// each was last sent again. Confined to its media loop.
final class SentLog {
    /// How far behind the newest number one may still be used.
    static final int WINDOW = 2_048;

    /// How many of the newest numbers are timed.
    private static final int TIMED = 1_024;

    private static final long[] UNTIMED = {};

    private final long[] used = new long[WINDOW / Long.SIZE];
    private long newest = -1;

    /// When a number was last sent again; made when first needed, for most streams never are asked.
    private long[] resentNanos = UNTIMED;

    private long[] resentIndexes = UNTIMED;

    /// The highest number used, or -1.
    long newest() {
        return newest;
    }

    /// Whether `index` may still be used.
    boolean isFree(long index) {
        return index > newest
                || (index > newest - WINDOW && (used[word(index)] & (1L << index)) == 0);
    }

    /// Uses a number that [#isFree].
    void use(long index) {
        if (index > newest) {
            forget(index);
            newest = index;
        }
        used[word(index)] |= 1L << index;
    }

    /// Whether `index` was not sent again within the last `leastNanos`; if so it is taken to be
    /// now.
    boolean mayResend(long index, long leastNanos, long nowNanos) {
        if (resentNanos.length == 0) {
            resentNanos = new long[TIMED];
            resentIndexes = new long[TIMED];
            Arrays.fill(resentIndexes, -1);
        }
        var at = (int) index & (TIMED - 1);
        if (resentIndexes[at] == index && nowNanos - resentNanos[at] < leastNanos) {
            return false;
        }
        resentIndexes[at] = index;
        resentNanos[at] = nowNanos;
        return true;
    }

    private void forget(long upTo) {
        if (newest < 0 || upTo - newest >= WINDOW) {
            Arrays.fill(used, 0);
            return;
        }
        for (var index = newest + 1; index <= upTo; index++) {
            used[word(index)] &= ~(1L << index);
        }
    }

    private static int word(long index) {
        return (int) (index & (WINDOW - 1)) >>> 6;
    }
}
