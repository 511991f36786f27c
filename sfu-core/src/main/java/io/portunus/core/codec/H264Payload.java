// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// H.264 (RFC 6184 §5): single NAL units, aggregation (STAP-A) and fragments (FU-A).
///
/// A decoder can start where an IDR slice or a sequence parameter set begins: encoders send the
/// parameter sets in front of each IDR slice.
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
                part.startsKeyFrame = part.startsFrame && startsKeyFrame(header & TYPE);
            }
            case STAP_A -> {
                part.startsFrame = true;
                return readAggregate(memory, offset + 1, offset + length, part);
            }
            default -> {
                part.startsFrame = true;
                part.startsKeyFrame = startsKeyFrame(type);
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
            part.startsKeyFrame |= startsKeyFrame(memory.get(BYTE, position + 2) & TYPE);
            position += 2 + size;
        }
        return position == end;
    }

    private static boolean startsKeyFrame(int type) {
        return type == IDR_SLICE || type == SEQUENCE_PARAMETERS;
    }
}
