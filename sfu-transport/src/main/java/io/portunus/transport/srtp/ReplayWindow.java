// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.util.Arrays;

/// Which packet indexes of one SSRC have been seen (RFC 3711 §3.3.2): a sliding window below the
/// highest one. A ring of bits, so that moving it clears words instead of shifting them. Confined
/// to its media loop.
final class ReplayWindow {
    private final long[] seen;
    private final int size;
    private long highest = -1;

    /// @param size how many indexes; a power of two, at least 128
    ReplayWindow(int size) {
        if (size < 128 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("a replay window of " + size);
        }
        this.size = size;
        seen = new long[size / Long.SIZE];
    }

    /// The highest index accepted, or -1.
    long highest() {
        return highest;
    }

    /// Whether `index` is neither seen nor too old to tell.
    boolean isFresh(long index) {
        if (index > highest) {
            return true;
        }
        return highest - index < size && (seen[word(index)] & bit(index)) == 0;
    }

    /// Remembers a fresh index. Only for a packet that has proven authentic.
    void accept(long index) {
        if (index > highest) {
            advance(index);
        }
        seen[word(index)] |= bit(index);
    }

    private void advance(long index) {
        if (index - highest >= size) {
            Arrays.fill(seen, 0);
        } else {
            for (var skipped = highest + 1; skipped <= index; skipped++) {
                seen[word(skipped)] &= ~bit(skipped);
            }
        }
        highest = index;
    }

    private int word(long index) {
        return (int) (index & (size - 1)) >>> 6;
    }

    private static long bit(long index) {
        return 1L << index;
    }
}
