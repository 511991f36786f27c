// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// AV1 (RTP payload format for AV1, §4.4): the aggregation header. Its N bit marks the first packet
/// of a coded video sequence, which begins with a key frame.
///
/// ```
/// |Z|Y|W W|N|-|-|-|
/// ```
public final class Av1Payload implements PayloadReader {
    private static final int CONTINUES_ELEMENT = 0x80;
    private static final int NEW_SEQUENCE = 0x08;

    @Override
    public boolean read(MemorySegment memory, long offset, int length, FramePart part) {
        part.clear();
        if (length < 1) {
            return false;
        }
        var header = memory.get(ValueLayout.JAVA_BYTE, offset);
        var continues = (header & CONTINUES_ELEMENT) != 0;
        var newSequence = (header & NEW_SEQUENCE) != 0;
        if (continues && newSequence) {
            // A new sequence can't continue an element of the packet before it.
            return false;
        }
        part.startsFrame = !continues;
        part.startsKeyFrame = newSequence;
        return true;
    }
}
