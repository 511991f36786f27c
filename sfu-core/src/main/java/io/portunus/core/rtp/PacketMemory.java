// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import java.lang.foreign.MemorySegment;

/// A ring of equal slots that received packets lie in as plaintext, over memory that the media loop
/// supplies. A packet is kept by moving on; the oldest is overwritten when the ring comes round.
///
/// A *position* numbers kept packets upwards for ever, so that a history can tell whether the
/// packet it remembers is still there. Confined to its media loop.
public final class PacketMemory implements KeptPackets {
    /// Room for the largest datagram we accept, with a cache line to spare.
    public static final int SLOT_BYTES = 2_048;

    private final MemorySegment memory;
    private final long slots;
    private long next;

    /// @param memory at least two slots; the number of slots is rounded down to a power of two
    public PacketMemory(MemorySegment memory) {
        if (memory.byteSize() < 2L * SLOT_BYTES) {
            throw new IllegalArgumentException("packet memory needs at least two slots");
        }
        this.memory = memory;
        slots = Long.highestOneBit(memory.byteSize() / SLOT_BYTES);
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    /// Where the next packet may be written: [#SLOT_BYTES] bytes, reused until [#keep].
    public long writeOffset() {
        return offsetOf(next);
    }

    /// Keeps what lies in the slot being written and moves on; the position of what was kept.
    public long keep() {
        return next++;
    }

    @Override
    public boolean holds(long position) {
        return position >= 0 && position < next && next - position < slots;
    }

    @Override
    public long offsetOf(long position) {
        return (position & (slots - 1)) * SLOT_BYTES;
    }
}
