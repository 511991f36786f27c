// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.Vp8Payload;
import java.lang.foreign.MemorySegment;

/// Keeps the running numbers in VP8 payloads, picture id and TL0PICIDX (RFC 7741 §4.2), unbroken
/// over changes of the source. Confined to its media loop.
final class Vp8Continuity {
    private static final int UNKNOWN = -1;
    private static final int TL0_MASK = 0xFF;

    /// The newest that went out, counted on without wrapping at their width.
    private int newestPicture = UNKNOWN;

    private int newestTl0 = UNKNOWN;
    private int pictureShift;
    private int tl0Shift;

    /// Another source begins with this payload.
    void start(MemorySegment memory, long offset, int bytes) {
        if (Vp8Payload.descriptorBytes(memory, offset, bytes) < 0) {
            return;
        }
        if (newestPicture != UNKNOWN && Vp8Payload.pictureIdBits(memory, offset) > 0) {
            pictureShift = newestPicture + 1 - Vp8Payload.pictureId(memory, offset);
        }
        if (newestTl0 != UNKNOWN && Vp8Payload.hasTl0PicIdx(memory, offset)) {
            tl0Shift = newestTl0 + 1 - Vp8Payload.tl0PicIdx(memory, offset);
        }
    }

    /// Whether payloads have to be changed at all: not before the first change of source.
    boolean rewrites() {
        return pictureShift != 0 || tl0Shift != 0;
    }

    /// Notes a payload that goes out, as it came.
    void onPayload(MemorySegment memory, long offset, int bytes) {
        if (Vp8Payload.descriptorBytes(memory, offset, bytes) < 0) {
            return;
        }
        var bits = Vp8Payload.pictureIdBits(memory, offset);
        if (bits > 0) {
            var picture = Vp8Payload.pictureId(memory, offset) + pictureShift;
            newestPicture = newer(newestPicture, picture, (1 << bits) - 1);
        }
        if (Vp8Payload.hasTl0PicIdx(memory, offset)) {
            newestTl0 = newer(newestTl0, Vp8Payload.tl0PicIdx(memory, offset) + tl0Shift, TL0_MASK);
        }
    }

    /// Changes a copy of a payload into what this subscriber is to see.
    void rewrite(MemorySegment memory, long offset, int bytes) {
        if (Vp8Payload.descriptorBytes(memory, offset, bytes) < 0) {
            return;
        }
        if (Vp8Payload.pictureIdBits(memory, offset) > 0) {
            var picture = Vp8Payload.pictureId(memory, offset) + pictureShift;
            Vp8Payload.pictureId(memory, offset, picture);
        }
        if (Vp8Payload.hasTl0PicIdx(memory, offset)) {
            Vp8Payload.tl0PicIdx(memory, offset, Vp8Payload.tl0PicIdx(memory, offset) + tl0Shift);
        }
    }

    private static int newer(int newest, int next, int mask) {
        if (newest == UNKNOWN) {
            return next & mask;
        }
        var ahead = (next - newest) & mask;
        // Kept positive, and far from where an int ends.
        return ahead <= mask / 2 ? (newest + ahead) & 0x7FFF : newest;
    }
}
