// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

/// The sequence numbers that a receiver waits for, and when to ask for them again. Confined to its
/// network thread.
final class Missing {
    private static final int MAX = 256;

    /// As browsers do: at once, and again after about a round trip.
    private static final long FIRST_NANOS = 10_000_000L;

    private static final long AGAIN_NANOS = 100_000_000L;
    private static final int MAX_TRIES = 10;

    private final long[] sequences = new long[MAX];
    private final long[] dueNanos = new long[MAX];
    private final int[] tries = new int[MAX];
    private int count;

    /// All from `from` up to, but without, `to`.
    void add(long from, long to, long nowNanos) {
        for (var sequence = from; sequence < to && count < MAX; sequence++) {
            sequences[count] = sequence;
            dueNanos[count] = nowNanos + FIRST_NANOS;
            tries[count] = 0;
            count++;
        }
    }

    void remove(long sequence) {
        for (var i = 0; i < count; i++) {
            if (sequences[i] == sequence) {
                removeAt(i);
                return;
            }
        }
    }

    private void removeAt(int place) {
        count--;
        sequences[place] = sequences[count];
        dueNanos[place] = dueNanos[count];
        tries[place] = tries[count];
    }

    /// Which are to be asked for now.
    ///
    /// @param into has room for some
    /// @return how many
    int due(int[] into, long nowNanos) {
        var found = 0;
        for (var i = count - 1; i >= 0 && found < into.length; i--) {
            if (nowNanos - dueNanos[i] < 0) {
                continue;
            }
            if (++tries[i] > MAX_TRIES) {
                removeAt(i);
                continue;
            }
            into[found++] = (int) sequences[i] & 0xFFFF;
            dueNanos[i] = nowNanos + AGAIN_NANOS;
        }
        return found;
    }
}
