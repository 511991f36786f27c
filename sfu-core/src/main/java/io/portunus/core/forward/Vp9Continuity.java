// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.Vp9Payload;
import java.lang.foreign.MemorySegment;

/// Keeps the running numbers in VP9 payloads, picture id and TL0PICIDX (RFC 9628 §4.2), unbroken
/// over changes of the source. Confined to its media loop.
final class Vp9Continuity {
    private static final int TL0_MASK = 0xFF;

    private final RunningNumber pictures = new RunningNumber();
    private final RunningNumber tl0 = new RunningNumber();

    /// Another source begins with this payload.
    void start(MemorySegment memory, long offset, int bytes) {
        if (Vp9Payload.countersEnd(memory, offset, bytes) < 0) {
            return;
        }
        if (Vp9Payload.pictureIdBits(memory, offset) > 0) {
            pictures.start(Vp9Payload.pictureId(memory, offset));
        }
        if (Vp9Payload.hasTl0PicIdx(memory, offset)) {
            tl0.start(Vp9Payload.tl0PicIdx(memory, offset));
        }
    }

    /// Whether payloads have to be changed at all: not before the first change of source.
    boolean rewrites() {
        return pictures.isShifted() || tl0.isShifted();
    }

    /// Notes a payload that goes out, as it came.
    void onPayload(MemorySegment memory, long offset, int bytes) {
        if (Vp9Payload.countersEnd(memory, offset, bytes) < 0) {
            return;
        }
        var bits = Vp9Payload.pictureIdBits(memory, offset);
        if (bits > 0) {
            pictures.onSent(Vp9Payload.pictureId(memory, offset), (1 << bits) - 1);
        }
        if (Vp9Payload.hasTl0PicIdx(memory, offset)) {
            tl0.onSent(Vp9Payload.tl0PicIdx(memory, offset), TL0_MASK);
        }
    }

    /// Changes a copy of a payload into what this subscriber is to see.
    void rewrite(MemorySegment memory, long offset, int bytes) {
        if (Vp9Payload.countersEnd(memory, offset, bytes) < 0) {
            return;
        }
        if (Vp9Payload.pictureIdBits(memory, offset) > 0) {
            var picture = pictures.outOf(Vp9Payload.pictureId(memory, offset));
            Vp9Payload.pictureId(memory, offset, picture);
        }
        if (Vp9Payload.hasTl0PicIdx(memory, offset)) {
            var index = tl0.outOf(Vp9Payload.tl0PicIdx(memory, offset));
            Vp9Payload.tl0PicIdx(memory, offset, index);
        }
    }
}
