// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// VP8 (RFC 7741 §4.2): the payload descriptor in front of each packet, and its two running
/// numbers, which are a subscriber's own and have to be rewritten.
///
/// ```
/// |X|R|N|S|R| PID |
/// |I|L|T|K| RSV   |  if X
/// |M| PictureID   |  if I: 7 bits, or 15 where M is set
/// |   TL0PICIDX   |  if L
/// |TID|Y| KEYIDX  |  if T or K
/// ```
public final class Vp8Payload implements PayloadReader {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int EXTENDED = 0x80;
    private static final int STARTS_PARTITION = 0x10;
    private static final int PARTITION = 0x07;
    private static final int HAS_PICTURE_ID = 0x80;
    private static final int HAS_TL0PICIDX = 0x40;
    private static final int HAS_TID = 0x20;
    private static final int HAS_KEYIDX = 0x10;
    private static final int LONG_PICTURE_ID = 0x80;

    /// The longest descriptor there is.
    public static final int MAX_DESCRIPTOR_BYTES = 6;

    @Override
    public boolean read(MemorySegment memory, long offset, int length, FramePart part) {
        part.clear();
        var descriptor = descriptorBytes(memory, offset, length);
        if (descriptor < 0) {
            return false;
        }
        var first = memory.get(BYTE, offset);
        part.startsFrame = (first & STARTS_PARTITION) != 0 && (first & PARTITION) == 0;
        part.temporalLayer = temporalLayer(memory, offset, descriptor);
        // RFC 7741 §4.3: the lowest bit of the payload header is clear for a key frame.
        part.startsKeyFrame =
                part.startsFrame
                        && length > descriptor
                        && (memory.get(BYTE, offset + descriptor) & 0x01) == 0;
        return true;
    }

    /// The size of the descriptor, or -1 where it does not fit into the payload.
    public static int descriptorBytes(MemorySegment memory, long offset, int length) {
        if (length < 1) {
            return -1;
        }
        if ((memory.get(BYTE, offset) & EXTENDED) == 0) {
            return 1;
        }
        if (length < 2) {
            return -1;
        }
        var present = memory.get(BYTE, offset + 1);
        var size = 2;
        if ((present & HAS_PICTURE_ID) != 0) {
            if (length < 3) {
                return -1;
            }
            size += (memory.get(BYTE, offset + 2) & LONG_PICTURE_ID) != 0 ? 2 : 1;
        }
        if ((present & HAS_TL0PICIDX) != 0) {
            size++;
        }
        if ((present & (HAS_TID | HAS_KEYIDX)) != 0) {
            size++;
        }
        return size <= length ? size : -1;
    }

    /// How many bits the picture id of a valid descriptor has: 15, 7, or 0 where there is none.
    public static int pictureIdBits(MemorySegment memory, long offset) {
        if (!has(memory, offset, HAS_PICTURE_ID)) {
            return 0;
        }
        return (memory.get(BYTE, offset + 2) & LONG_PICTURE_ID) != 0 ? 15 : 7;
    }

    /// The picture id; only where [#pictureIdBits] is not 0.
    public static int pictureId(MemorySegment memory, long offset) {
        return pictureIdBits(memory, offset) == 15
                ? memory.get(SHORT, offset + 2) & 0x7FFF
                : memory.get(BYTE, offset + 2) & 0x7F;
    }

    /// Writes a picture id of the size that is there, without the bits that are too many.
    public static void pictureId(MemorySegment memory, long offset, int value) {
        if (pictureIdBits(memory, offset) == 15) {
            memory.set(SHORT, offset + 2, (short) (0x8000 | (value & 0x7FFF)));
        } else {
            memory.set(BYTE, offset + 2, (byte) (value & 0x7F));
        }
    }

    public static boolean hasTl0PicIdx(MemorySegment memory, long offset) {
        return has(memory, offset, HAS_TL0PICIDX);
    }

    /// The index of the last frame of the base layer; only with [#hasTl0PicIdx].
    public static int tl0PicIdx(MemorySegment memory, long offset) {
        return memory.get(BYTE, tl0PicIdxOffset(memory, offset)) & 0xFF;
    }

    public static void tl0PicIdx(MemorySegment memory, long offset, int value) {
        memory.set(BYTE, tl0PicIdxOffset(memory, offset), (byte) value);
    }

    private static int temporalLayer(MemorySegment memory, long offset, int descriptor) {
        return has(memory, offset, HAS_TID)
                ? (memory.get(BYTE, offset + descriptor - 1) & 0xC0) >> 6
                : 0;
    }

    private static long tl0PicIdxOffset(MemorySegment memory, long offset) {
        return offset + 2 + (pictureIdBits(memory, offset) + 7) / 8;
    }

    private static boolean has(MemorySegment memory, long offset, int bit) {
        return (memory.get(BYTE, offset) & EXTENDED) != 0
                && (memory.get(BYTE, offset + 1) & bit) != 0;
    }
}
