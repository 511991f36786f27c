// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.nio.ByteBuffer;

/// When the packets of one connection arrived since the last feedback, by their transport-wide
/// sequence numbers. Confined to its network thread.
final class Arrivals {
    /// More than one feedback's interval holds; later ones wait for the next.
    private static final int MAX = 256;

    private static final long REFERENCE_NANOS = 64_000_000L;
    private static final long DELTA_NANOS = 250_000L;
    private static final int SYMBOLS_PER_CHUNK = 7;
    private static final int TWO_BIT_VECTOR = 0xC000;
    private static final int SMALL_DELTA = 1;
    private static final int LARGE_DELTA = 2;
    private static final int MAX_SMALL_DELTA = 255;

    /// 0 for a packet that did not come.
    private final long[] arrivedAtNanos = new long[MAX];

    private int base;
    private int span;

    void add(int sequence, long atNanos) {
        if (span == 0) {
            base = sequence;
        }
        var place = (short) (sequence - base);
        if (place >= 0 && place < MAX) {
            arrivedAtNanos[place] = atNanos;
            span = Math.max(span, place + 1);
        }
    }

    boolean isEmpty() {
        return span == 0;
    }

    /// Writes all and forgets it.
    void write(ByteBuffer out, int feedback) {
        var reference = arrivedAtNanos[0] / REFERENCE_NANOS;
        out.putShort((short) base).putShort((short) span);
        out.putInt((int) (reference & 0xFF_FFFF) << 8 | (feedback & 0xFF));
        var deltas = new int[span];
        var last = reference * (REFERENCE_NANOS / DELTA_NANOS);
        for (var i = 0; i < span; i++) {
            if (arrivedAtNanos[i] != 0) {
                var tick = arrivedAtNanos[i] / DELTA_NANOS;
                deltas[i] = (int) (tick - last);
                last = tick;
            }
        }
        for (var i = 0; i < span; i += SYMBOLS_PER_CHUNK) {
            var chunk = TWO_BIT_VECTOR;
            for (var j = 0; j < SYMBOLS_PER_CHUNK && i + j < span; j++) {
                chunk |= symbol(i + j, deltas) << (2 * (SYMBOLS_PER_CHUNK - 1 - j));
            }
            out.putShort((short) chunk);
        }
        for (var i = 0; i < span; i++) {
            switch (symbol(i, deltas)) {
                case SMALL_DELTA -> out.put((byte) deltas[i]);
                case LARGE_DELTA -> out.putShort((short) deltas[i]);
                default -> {
                    // It did not come.
                }
            }
            arrivedAtNanos[i] = 0;
        }
        span = 0;
    }

    private int symbol(int place, int[] deltas) {
        if (place >= span || arrivedAtNanos[place] == 0) {
            return 0;
        }
        return deltas[place] >= 0 && deltas[place] <= MAX_SMALL_DELTA ? SMALL_DELTA : LARGE_DELTA;
    }
}
