// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// VP9 (RFC 9628 §4.2): the payload descriptor says everything we need.
///
/// ```
/// |I|P|L|F|B|E|V|Z|
/// |M| PICTURE ID  |  if I: 7 bits, or 15 where M is set
/// | TID |U| SID |D|  if L
/// |   TL0PICIDX   |  if L and not F
/// ```
public final class Vp9Payload implements PayloadReader {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int HAS_PICTURE_ID = 0x80;
    private static final int INTER_PREDICTED = 0x40;
    private static final int HAS_LAYERS = 0x20;
    private static final int STARTS_FRAME = 0x08;

    @Override
    public boolean read(MemorySegment memory, long offset, int length, FramePart part) {
        part.clear();
        if (length < 1) {
            return false;
        }
        var first = memory.get(BYTE, offset);
        var at = 1;
        if ((first & HAS_PICTURE_ID) != 0) {
            if (length <= at) {
                return false;
            }
            at += memory.get(BYTE, offset + at) < 0 ? 2 : 1;
            if (length < at) {
                return false;
            }
        }
        if ((first & HAS_LAYERS) != 0) {
            if (length <= at) {
                return false;
            }
            var layers = memory.get(BYTE, offset + at);
            part.temporalLayer = (layers & 0xE0) >> 5;
            part.spatialLayer = (layers & 0x0E) >> 1;
        }
        part.startsFrame = (first & STARTS_FRAME) != 0;
        // Only the lowest spatial layer of a picture that is not inter-predicted stands alone.
        part.startsKeyFrame =
                part.startsFrame && (first & INTER_PREDICTED) == 0 && part.spatialLayer == 0;
        return true;
    }
}
