// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// H.264 (RFC 6184 §5): single NAL units, aggregation (STAP-A) and fragments (FU-A).
///
/// A decoder can start where an IDR picture or a sequence parameter set begins: encoders send the
/// parameter sets in front of each IDR picture. Of a picture in several slices only the first one
/// will do: its `first_mb_in_slice`, the first thing in the slice header (H.264 §7.3.3), is 0,
/// which Exp-Golomb code writes as a single 1 bit.
public final class H264Payload implements PayloadReader {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int TYPE = 0x1F;
    private static final int IDR_SLICE = 5;
    private static final int SEQUENCE_PARAMETERS = 7;
    private static final int STAP_A = 24;
    private static final int FU_A = 28;
    private static final int FU_STARTS = 0x80;

    @Override
    public boolean read(MemorySegment memory, long offset, int length, FramePart part) {
        part.clear();
        if (length < 1) {
            return false;
        }
        var type = memory.get(BYTE, offset) & TYPE;
        switch (type) {
            case FU_A -> {
                if (length < 2) {
                    return false;
                }
                var header = memory.get(BYTE, offset + 1);
                part.startsFrame = (header & FU_STARTS) != 0;
                part.startsKeyFrame =
                        part.startsFrame
                                && startsKeyFrame(
                                        header & TYPE, memory, offset + 2, offset + length);
            }
            case STAP_A -> {
                if (!readAggregate(memory, offset + 1, offset + length, part)) {
                    part.clear();
                    return false;
                }
                part.startsFrame = true;
            }
            default -> {
                part.startsFrame = true;
                part.startsKeyFrame = startsKeyFrame(type, memory, offset + 1, offset + length);
                part.hasParameters = type == SEQUENCE_PARAMETERS;
            }
        }
        return true;
    }

    private static boolean readAggregate(MemorySegment memory, long at, long end, FramePart part) {
        var position = at;
        while (end - position > 2) {
            var size = memory.get(SHORT, position) & 0xFFFF;
            if (size == 0 || size > end - position - 2) {
                return false;
            }
            var type = memory.get(BYTE, position + 2) & TYPE;
            part.hasParameters |= type == SEQUENCE_PARAMETERS;
            var next = position + 2 + size;
            part.startsKeyFrame |= startsKeyFrame(type, memory, position + 3, next);
            position = next;
        }
        return position == end && position > at;
    }

    /// @param at behind the header of the NAL unit
    private static boolean startsKeyFrame(int type, MemorySegment memory, long at, long end) {
        return switch (type) {
            case SEQUENCE_PARAMETERS -> true;
            case IDR_SLICE -> at < end && memory.get(BYTE, at) < 0;
            default -> false;
        };
    }
}
