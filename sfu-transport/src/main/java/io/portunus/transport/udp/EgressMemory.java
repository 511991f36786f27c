// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.foreign.MemorySegment;

/// Where a media loop builds the packets that it sends; all its sockets send out of it. Confined to
/// its media loop.
///
/// First [#reserve] room, write the packet there, then [#take] it and queue it at a socket. There
/// is one reservation at a time: one that is not taken is simply reserved anew. When the memory is
/// full, everything queued is sent at once and it starts over, so that there is always room.
public final class EgressMemory {
    /// Packets start on cache lines, so that the cipher writes whole ones.
    private static final long ALIGNMENT = 64;

    private final MemorySegment memory;
    private final Runnable complete;
    private final Runnable flush;
    private long next;

    /// @param memory room for at least two of the longest datagrams
    /// @param complete writes what is still missing in the packets that were taken, such as tags
    ///   that are computed for many at once
    /// @param flush sends everything that is queued at any socket
    public EgressMemory(MemorySegment memory, Runnable complete, Runnable flush) {
        if (memory.byteSize() < 2L * MediaSocket.MAX_DATAGRAM_BYTES) {
            throw new IllegalArgumentException("egress memory needs room for two datagrams");
        }
        this.memory = memory;
        this.complete = complete;
        this.flush = flush;
    }

    /// What the offsets are into; always the same.
    public MemorySegment memory() {
        return memory;
    }

    /// The offset of room for `bytes`, or -1 for more than [MediaSocket#MAX_DATAGRAM_BYTES]. It is
    /// the caller's until it is taken and flushed, or until somebody else reserves.
    public long reserve(int bytes) {
        if (bytes < 0 || bytes > MediaSocket.MAX_DATAGRAM_BYTES) {
            return -1;
        }
        if (next + bytes > memory.byteSize()) {
            flush.run();
            reset();
        }
        return next;
    }

    /// Keeps the `length` bytes at the reserved place as they are until they have been sent.
    public void take(long offset, int length) {
        if (offset != next || length < 0 || next + length > memory.byteSize()) {
            throw new IllegalStateException("taken without having been reserved");
        }
        next = (next + length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /// Makes the packets that were taken whole. To be called before any of them is read.
    public void complete() {
        complete.run();
    }

    /// Everything has been sent: the memory is free again.
    public void reset() {
        complete();
        next = 0;
    }
}
