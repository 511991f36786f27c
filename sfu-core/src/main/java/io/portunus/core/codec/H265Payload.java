// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// H.265 (RFC 7798 §4.4): single NAL units, aggregation packets and fragmentation units.
///
/// A decoder can start where an intra random access picture or a video or sequence parameter set
/// begins. Of a picture in several slices only the first will do: its slice header begins with
/// `first_slice_segment_in_pic_flag` set (H.265 §7.3.6.1).
public final class H265Payload implements PayloadReader {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int HEADER_BYTES = 2;
    private static final int FIRST_RANDOM_ACCESS = 16;
    private static final int LAST_RANDOM_ACCESS = 23;
    private static final int VIDEO_PARAMETERS = 32;
    private static final int SEQUENCE_PARAMETERS = 33;
    private static final int AGGREGATION = 48;
    private static final int FRAGMENTATION = 49;
    private static final int FU_STARTS = 0x80;

    @Override
    public boolean read(MemorySegment memory, long offset, int length, FramePart part) {
        part.clear();
        if (length < HEADER_BYTES) {
            return false;
        }
        part.temporalLayer = Math.max(0, (memory.get(BYTE, offset + 1) & 0x07) - 1);
        var type = typeAt(memory, offset);
        switch (type) {
            case FRAGMENTATION -> {
                if (length < HEADER_BYTES + 1) {
                    part.clear();
                    return false;
                }
                var header = memory.get(BYTE, offset + HEADER_BYTES);
                part.startsFrame = (header & FU_STARTS) != 0;
                part.startsKeyFrame =
                        part.startsFrame
                                && startsKeyFrame(
                                        header & 0x3F, memory, offset + 3, offset + length);
            }
            case AGGREGATION -> {
                if (!readAggregate(memory, offset + HEADER_BYTES, offset + length, part)) {
                    part.clear();
                    return false;
                }
                part.startsFrame = true;
            }
            default -> {
                part.startsFrame = true;
                part.startsKeyFrame = startsKeyFrame(type, memory, offset + 2, offset + length);
                part.hasParameters = isParameters(type);
            }
        }
        return true;
    }

    private static boolean readAggregate(MemorySegment memory, long at, long end, FramePart part) {
        var position = at;
        while (end - position > 2) {
            var size = memory.get(SHORT, position) & 0xFFFF;
            if (size < HEADER_BYTES || size > end - position - 2) {
                return false;
            }
            var type = typeAt(memory, position + 2);
            var next = position + 2 + size;
            part.startsKeyFrame |= startsKeyFrame(type, memory, position + 4, next);
            part.hasParameters |= isParameters(type);
            position = next;
        }
        return position == end && position > at;
    }

    private static int typeAt(MemorySegment memory, long offset) {
        return (memory.get(BYTE, offset) & 0x7E) >> 1;
    }

    /// @param at behind the header of the NAL unit
    private static boolean startsKeyFrame(int type, MemorySegment memory, long at, long end) {
        var randomAccess = type >= FIRST_RANDOM_ACCESS && type <= LAST_RANDOM_ACCESS;
        return isParameters(type) || (randomAccess && at < end && memory.get(BYTE, at) < 0);
    }

    private static boolean isParameters(int type) {
        return type == VIDEO_PARAMETERS || type == SEQUENCE_PARAMETERS;
    }
}
