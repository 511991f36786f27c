// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import java.util.Arrays;

/// Which numbers of one outgoing stream have been used, so that none is encrypted twice. Confined
/// to its media loop.
final class SentLog {
    /// How far behind the newest number one may still be used.
    static final int WINDOW = 2_048;

    /// A bit for each number, but for those that share a word with the newest.
    private final long[] used = new long[WINDOW / Long.SIZE];

    /// The word of the newest number: in order, nothing else is looked at.
    private long newestWord;

    private long newest = -1;

    /// The highest number used, or -1.
    long newest() {
        return newest;
    }

    int touch() {
        return (int) newestWord;
    }

    /// Whether `index` may still be used.
    boolean isFree(long index) {
        return index > newest || (index > newest - WINDOW && (word(index) & (1L << index)) == 0);
    }

    private long word(long index) {
        return isWithNewest(index) ? newestWord : used[place(index)];
    }

    /// Uses a number that [#isFree].
    void use(long index) {
        if (index > newest && !isWithNewest(index)) {
            advance(index);
        }
        newest = Math.max(newest, index);
        if (isWithNewest(index)) {
            newestWord |= 1L << index;
        } else {
            used[place(index)] |= 1L << index;
        }
    }

    /// Goes on to the word of `index`, forgetting those in between. In the place of that word stay
    /// the numbers of a whole window ago, of which some may still be used.
    private void advance(long index) {
        if (newest < 0 || index - newest >= WINDOW) {
            Arrays.fill(used, 0);
        } else {
            used[place(newest)] = newestWord;
            for (var word = (newest >> 6) + 1; word < index >> 6; word++) {
                used[place(word << 6)] = 0;
            }
        }
        newestWord = 0;
    }

    private boolean isWithNewest(long index) {
        return index >> 6 == newest >> 6;
    }

    private static int place(long index) {
        return (int) (index & (WINDOW - 1)) >>> 6;
    }
}
