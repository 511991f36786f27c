// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Lays out the header extension block of a packet being built (RFC 8285). One instance per media
/// loop: [#begin], then elements, then [#finish].
public final class ExtensionWriter {
    /// The largest data that the one-byte form carries.
    public static final int ONE_BYTE_MAX_LENGTH = 16;

    /// The largest id that the one-byte form carries.
    public static final int ONE_BYTE_MAX_ID = 14;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int BLOCK_HEADER_BYTES = 4;

    private MemorySegment memory = MemorySegment.NULL;
    private long start;
    private long position;
    private boolean twoByte;

    /// Whether an element can only be written in the two-byte form.
    public static boolean needsTwoByte(int id, int length) {
        return id > ONE_BYTE_MAX_ID || length > ONE_BYTE_MAX_LENGTH || length == 0;
    }

    /// Starts the block at `offset`, behind the fixed header.
    public void begin(MemorySegment memory, long offset, boolean twoByte) {
        this.memory = memory;
        this.twoByte = twoByte;
        start = offset;
        position = offset + BLOCK_HEADER_BYTES;
    }

    /// Makes room for an element's data; the offset to write it to.
    public long reserve(int id, int length) {
        if (twoByte) {
            memory.set(ValueLayout.JAVA_BYTE, position, (byte) id);
            memory.set(ValueLayout.JAVA_BYTE, position + 1, (byte) length);
            position += 2;
        } else {
            memory.set(ValueLayout.JAVA_BYTE, position, (byte) (id << 4 | (length - 1)));
            position += 1;
        }
        var data = position;
        position += length;
        return data;
    }

    /// Copies an element's data from elsewhere; the offset that it is at now.
    public long add(int id, MemorySegment source, long sourceOffset, int length) {
        var data = reserve(id, length);
        // Elements are a few bytes: a loop is cheaper than a bulk copy, and leaves no garbage.
        for (var i = 0; i < length; i++) {
            memory.set(
                    ValueLayout.JAVA_BYTE,
                    data + i,
                    source.get(ValueLayout.JAVA_BYTE, sourceOffset + i));
        }
        return data;
    }

    /// Pads and closes the block; its size with its own header, 0 where nothing was added.
    public int finish() {
        if (position == start + BLOCK_HEADER_BYTES) {
            return 0;
        }
        while ((position - start) % 4 != 0) {
            memory.set(ValueLayout.JAVA_BYTE, position++, (byte) 0);
        }
        var words = (int) (position - start - BLOCK_HEADER_BYTES) / 4;
        memory.set(SHORT, start, (short) (twoByte ? 0x1000 : 0xBEDE));
        memory.set(SHORT, start + 2, (short) words);
        return (int) (position - start);
    }
}
