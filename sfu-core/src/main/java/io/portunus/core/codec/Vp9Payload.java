// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// VP9 (RFC 9628 §4.2): the payload descriptor says everything we need, and has two running
/// numbers, which are a subscriber's own and have to be rewritten.
///
/// ```
/// |I|P|L|F|B|E|V|Z|
/// |M| PICTURE ID  |  if I: 7 bits, or 15 where M is set
/// | TID |U| SID |D|  if L
/// |   TL0PICIDX   |  if L and not F
/// ```
public final class Vp9Payload implements PayloadReader {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int HAS_PICTURE_ID = 0x80;
    private static final int INTER_PREDICTED = 0x40;
    private static final int HAS_LAYERS = 0x20;
    private static final int FLEXIBLE = 0x10;
    private static final int STARTS_FRAME = 0x08;

    @Override
    public boolean read(MemorySegment memory, long offset, int length, FramePart part) {
        part.clear();
        if (countersEnd(memory, offset, length) < 0) {
            return false;
        }
        var first = memory.get(BYTE, offset);
        if ((first & HAS_LAYERS) != 0) {
            var layers = memory.get(BYTE, layersOffset(memory, offset));
            part.temporalLayer = (layers & 0xE0) >> 5;
            part.spatialLayer = (layers & 0x0E) >> 1;
        }
        part.startsFrame = (first & STARTS_FRAME) != 0;
        // Only the lowest spatial layer of a picture that is not inter-predicted stands alone.
        part.startsKeyFrame =
                part.startsFrame && (first & INTER_PREDICTED) == 0 && part.spatialLayer == 0;
        return true;
    }

    /// How far the descriptor's part with the running numbers reaches, or -1 where that does not
    /// fit into the payload.
    public static int countersEnd(MemorySegment memory, long offset, int length) {
        if (length < 1) {
            return -1;
        }
        var first = memory.get(BYTE, offset);
        if ((first & HAS_PICTURE_ID) != 0 && length < 2) {
            return -1;
        }
        var size = (int) (layersOffset(memory, offset) - offset);
        if ((first & HAS_LAYERS) != 0) {
            size += (first & FLEXIBLE) != 0 ? 1 : 2;
        }
        return size <= length ? size : -1;
    }

    /// How many bits the picture id of a valid descriptor has: 15, 7, or 0 where there is none.
    public static int pictureIdBits(MemorySegment memory, long offset) {
        if ((memory.get(BYTE, offset) & HAS_PICTURE_ID) == 0) {
            return 0;
        }
        return memory.get(BYTE, offset + 1) < 0 ? 15 : 7;
    }

    /// The picture id; only where [#pictureIdBits] is not 0.
    public static int pictureId(MemorySegment memory, long offset) {
        return pictureIdBits(memory, offset) == 15
                ? memory.get(SHORT, offset + 1) & 0x7FFF
                : memory.get(BYTE, offset + 1) & 0x7F;
    }

    /// Writes a picture id of the size that is there, without the bits that are too many.
    public static void pictureId(MemorySegment memory, long offset, int value) {
        if (pictureIdBits(memory, offset) == 15) {
            memory.set(SHORT, offset + 1, (short) (0x8000 | (value & 0x7FFF)));
        } else {
            memory.set(BYTE, offset + 1, (byte) (value & 0x7F));
        }
    }

    /// In flexible mode every frame names the frames that it needs, and nothing else is counted.
    public static boolean hasTl0PicIdx(MemorySegment memory, long offset) {
        return (memory.get(BYTE, offset) & (HAS_LAYERS | FLEXIBLE)) == HAS_LAYERS;
    }

    /// The index of the last frame of the base layer; only with [#hasTl0PicIdx].
    public static int tl0PicIdx(MemorySegment memory, long offset) {
        return memory.get(BYTE, layersOffset(memory, offset) + 1) & 0xFF;
    }

    public static void tl0PicIdx(MemorySegment memory, long offset, int value) {
        memory.set(BYTE, layersOffset(memory, offset) + 1, (byte) value);
    }

    private static long layersOffset(MemorySegment memory, long offset) {
        return offset + 1 + (pictureIdBits(memory, offset) + 7) / 8;
    }
}
