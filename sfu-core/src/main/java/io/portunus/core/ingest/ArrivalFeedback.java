// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

/// The body of one transport-wide feedback packet
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
///
/// ```
/// |      base sequence number     |      packet status count      |
/// |                 reference time                | fb pkt. count |
/// |  packet chunks (16 bits each) …  |  receive deltas …          |
/// ```
final class ArrivalFeedback {
    /// What fits into a datagram with everything around it.
    static final int MAX_BODY_BYTES = 1_000;

    private static final int HEADER_BYTES = 8;
    private static final long TICK_NANOS = 250_000;
    private static final int REFERENCE_TICKS = 256;
    private static final int MAX_STATUSES = 1_500;
    private static final int SYMBOLS_PER_CHUNK = 7;
    private static final int TWO_BIT_VECTOR = 0xC000;
    private static final int MAX_RUN = 0x1FFF;

    private static final byte MISSING = 0;
    private static final byte SMALL_DELTA = 1;
    private static final byte LARGE_DELTA = 2;

    private final byte[] symbols = new byte[MAX_STATUSES];
    private final short[] deltas = new short[MAX_STATUSES];
    private byte[] body = {};
    private int base;
    private long originNanos;
    private int statuses;
    private int deltaBytes;
    private boolean hasReference;
    private long referenceTicks;
    private long lastTicks;
    private int position;

    /// @param baseSequence the number of the first packet told of
    /// @param originNanos where reference times count from
    void begin(byte[] body, int baseSequence, long originNanos) {
        this.body = body;
        this.originNanos = originNanos;
        base = baseSequence;
        statuses = 0;
        deltaBytes = 0;
        hasReference = false;
    }

    /// The next packet did not come; false when there is no room to say so.
    boolean missing() {
        return add(MISSING, 0);
    }

    /// The next packet came at `arrivalNanos`; false when there is no room to say so, or it is too
    /// far from the one before.
    boolean arrived(long arrivalNanos) {
        var ticks = Math.floorDiv(arrivalNanos - originNanos, TICK_NANOS);
        if (!hasReference) {
            referenceTicks = Math.floorDiv(ticks, REFERENCE_TICKS) * REFERENCE_TICKS;
            lastTicks = referenceTicks;
        }
        var delta = ticks - lastTicks;
        if (delta != (short) delta) {
            return false;
        }
        if (!add(delta >= 0 && delta <= 0xFF ? SMALL_DELTA : LARGE_DELTA, (int) delta)) {
            return false;
        }
        hasReference = true;
        lastTicks = ticks;
        return true;
    }

    /// The size of the whole, padded to a multiple of 4.
    ///
    /// @param count counts feedback packets, 8 bits
    int finish(int count) {
        position = 0;
        put16(base);
        put16(statuses);
        var reference = referenceTicks / REFERENCE_TICKS;
        put16((int) (reference >> 8));
        put16((int) (reference << 8) | (count & 0xFF));
        putChunks();
        for (var i = 0; i < statuses; i++) {
            putDelta(i);
        }
        while (position % 4 != 0) {
            body[position++] = 0;
        }
        return position;
    }

    private boolean add(byte symbol, int delta) {
        // Every chunk holds seven symbols or more; the last may hold fewer.
        var chunkBytes = 2 * (statuses / SYMBOLS_PER_CHUNK + 1);
        if (statuses == MAX_STATUSES
                || HEADER_BYTES + chunkBytes + deltaBytes + symbol > MAX_BODY_BYTES - 3) {
            return false;
        }
        symbols[statuses] = symbol;
        deltas[statuses++] = (short) delta;
        deltaBytes += symbol;
        return true;
    }

    private void putChunks() {
        for (var at = 0; at < statuses; ) {
            var run = runAt(at);
            if (run >= SYMBOLS_PER_CHUNK) {
                put16((symbols[at] << 13) | run);
                at += run;
            } else {
                putVector(at);
                at += SYMBOLS_PER_CHUNK;
            }
        }
    }

    private int runAt(int at) {
        var end = at;
        while (end < statuses && symbols[end] == symbols[at] && end - at < MAX_RUN) {
            end++;
        }
        return end - at;
    }

    private void putVector(int at) {
        var chunk = TWO_BIT_VECTOR;
        for (var i = 0; i < SYMBOLS_PER_CHUNK && at + i < statuses; i++) {
            chunk |= symbols[at + i] << (2 * (SYMBOLS_PER_CHUNK - 1 - i));
        }
        put16(chunk);
    }

    private void putDelta(int at) {
        switch (symbols[at]) {
            case SMALL_DELTA -> body[position++] = (byte) deltas[at];
            case LARGE_DELTA -> put16(deltas[at]);
            default -> {}
        }
    }

    private void put16(int value) {
        body[position++] = (byte) (value >> 8);
        body[position++] = (byte) value;
    }
}
