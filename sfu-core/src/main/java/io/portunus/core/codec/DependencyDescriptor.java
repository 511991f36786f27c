// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The dependency descriptor header extension (RTP payload format for AV1, appendix A), as far as
/// it concerns whoever forwards all of a stream: each packet names the number of its frame, and all
/// else is told relative to that.
///
/// ```
/// |S|E| template (6) |        frame number (16)        |  more …
/// ```
public final class DependencyDescriptor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /// Without these it is none.
    private static final int MANDATORY_BYTES = 3;

    private DependencyDescriptor() {}

    /// Whether data of this length has a frame number.
    public static boolean hasFrameNumber(int length) {
        return length >= MANDATORY_BYTES;
    }

    /// 16 bits; only with [#hasFrameNumber].
    public static int frameNumber(MemorySegment memory, long offset) {
        return memory.get(SHORT, offset + 1) & 0xFFFF;
    }

    /// Writes the lower 16 bits of `value`.
    public static void frameNumber(MemorySegment memory, long offset, int value) {
        memory.set(SHORT, offset + 1, (short) value);
    }
}
