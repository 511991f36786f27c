// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.Vp8Payload;
import java.lang.foreign.MemorySegment;

/// Keeps the running numbers in VP8 payloads, picture id and TL0PICIDX (RFC 7741 §4.2), unbroken
/// over changes of the source. Confined to its media loop.
final class Vp8Continuity {
    private static final int TL0_MASK = 0xFF;

    private final RunningNumber pictures = new RunningNumber();
    private final RunningNumber tl0 = new RunningNumber();

    /// Another source begins with this payload.
    void start(MemorySegment memory, long offset, int bytes) {
        if (Vp8Payload.descriptorBytes(memory, offset, bytes) < 0) {
            return;
        }
        if (Vp8Payload.pictureIdBits(memory, offset) > 0) {
            pictures.start(Vp8Payload.pictureId(memory, offset));
        }
        if (Vp8Payload.hasTl0PicIdx(memory, offset)) {
            tl0.start(Vp8Payload.tl0PicIdx(memory, offset));
        }
    }

    /// Whether payloads have to be changed at all: not before the first change of source.
    boolean rewrites() {
        return pictures.isShifted() || tl0.isShifted();
    }

    /// Notes a payload that goes out, as it came.
    void onPayload(MemorySegment memory, long offset, int bytes) {
        if (Vp8Payload.descriptorBytes(memory, offset, bytes) < 0) {
            return;
        }
        var bits = Vp8Payload.pictureIdBits(memory, offset);
        if (bits > 0) {
            pictures.onSent(Vp8Payload.pictureId(memory, offset), (1 << bits) - 1);
        }
        if (Vp8Payload.hasTl0PicIdx(memory, offset)) {
            tl0.onSent(Vp8Payload.tl0PicIdx(memory, offset), TL0_MASK);
        }
    }

    /// Changes a copy of a payload into what this subscriber is to see.
    void rewrite(MemorySegment memory, long offset, int bytes) {
        if (Vp8Payload.descriptorBytes(memory, offset, bytes) < 0) {
            return;
        }
        if (Vp8Payload.pictureIdBits(memory, offset) > 0) {
            var picture = pictures.outOf(Vp8Payload.pictureId(memory, offset));
            Vp8Payload.pictureId(memory, offset, picture);
        }
        if (Vp8Payload.hasTl0PicIdx(memory, offset)) {
            var index = tl0.outOf(Vp8Payload.tl0PicIdx(memory, offset));
            Vp8Payload.tl0PicIdx(memory, offset, index);
        }
    }
}
