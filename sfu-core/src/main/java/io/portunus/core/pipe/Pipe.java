// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.pipe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The one way for packets from one media loop to another: a ring of equal slots, written by the
/// one and read by the other, without a lock. What has been read stays where it is for a while, as
/// the reading loop's history, so that a packet is copied once, on its way in.
///
/// Its two ends are confined to one loop each; what they share is the memory and the two positions.
public final class Pipe {
    /// One packet and what is known of it.
    static final int SLOT_BYTES = 2_048;

    /// What is known of a packet lies before it.
    static final int HEADER_BYTES = 64;

    /// The longest packet that fits; longer ones could not be sent to a subscriber either.
    static final int MAX_PACKET_BYTES = SLOT_BYTES - HEADER_BYTES;

    /// The least memory that makes a pipe, in bytes.
    public static final long MIN_BYTES = 16L * SLOT_BYTES;

    static final long CHANNEL = 0;
    static final long INDEX = 8;
    static final long SENT_NANOS = 16;
    static final long EPOCH = 24;
    static final long LENGTH = 28;
    static final long CLOCK = 32;
    static final long FLAGS = 36;
    static final long TEMPORAL_LAYER = 40;
    static final long SPATIAL_LAYER = 44;

    /// In place of a length: a packet number that carries nothing.
    static final int SKIPPED = -1;

    static final int HAS_CLOCK = 1;
    static final int STARTS_KEY_FRAME = 2;
    static final int STARTS_FRAME = 4;
    static final int HAS_PARAMETERS = 8;

    /// It is not handed on, only there for whoever misses it.
    static final int KEPT_ONLY = 16;

    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private static final VarHandle POSITION = MethodHandles.arrayElementVarHandle(long[].class);

    /// Far enough apart that the loops do not take each other's cache lines away.
    private static final int WRITTEN = 16;

    private static final int RELEASED = 48;

    private final MemorySegment memory;
    private final int slots;
    private final long[] positions = new long[64];
    private final PipeWriter writer;
    private final PipeReader reader;

    /// @param memory at least [#MIN_BYTES]; the number of slots is rounded down to a power of two
    public Pipe(MemorySegment memory) {
        if (memory.byteSize() < MIN_BYTES) {
            throw new IllegalArgumentException("a pipe needs at least " + MIN_BYTES + " bytes");
        }
        this.memory = memory;
        slots = (int) Math.min(Long.highestOneBit(memory.byteSize() / SLOT_BYTES), 1 << 30);
        writer = new PipeWriter(this);
        reader = new PipeReader(this);
    }

    /// The end of the loop that packets come from.
    public PipeWriter writer() {
        return writer;
    }

    /// The end of the loop that they go to.
    public PipeReader reader() {
        return reader;
    }

    MemorySegment memory() {
        return memory;
    }

    int slots() {
        return slots;
    }

    long offsetOf(long position) {
        return (position & (slots - 1)) * SLOT_BYTES;
    }

    /// Everything before this position may be read.
    long written() {
        return (long) POSITION.getVolatile(positions, WRITTEN);
    }

    /// In one order with the request to look here, which follows: the reader, who first takes the
    /// request away and then looks, sees either this or that there is another one.
    void written(long position) {
        POSITION.setVolatile(positions, WRITTEN, position);
    }

    /// Everything before this position may be overwritten.
    long released() {
        return (long) POSITION.getAcquire(positions, RELEASED);
    }

    void released(long position) {
        POSITION.setRelease(positions, RELEASED, position);
    }
}
