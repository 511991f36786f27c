// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import java.util.Arrays;

/// Which numbers of one outgoing stream have been used, so that none is encrypted twice. Confined
/// to its media loop.
final class SentLog {
    /// How far behind the newest number one may still be used.
    static final int WINDOW = 2_048;

    private final long[] used = new long[WINDOW / Long.SIZE];
    private long newest = -1;

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
