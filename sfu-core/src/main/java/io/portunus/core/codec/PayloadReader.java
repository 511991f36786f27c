// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;

/// Says what a payload of one codec is, without decoding it. Implementations have no state, so one
/// serves all; they read nothing outside of the payload.
public sealed interface PayloadReader
        permits AudioPayload, Av1Payload, H264Payload, H265Payload, Vp8Payload, Vp9Payload {
    /// Fills `part` from the payload.
    ///
    /// @return false where the payload makes no sense; `part` then says "nothing starts here"
    boolean read(MemorySegment memory, long offset, int length, FramePart part);

    /// The reader for `codec`.
    static PayloadReader of(Codec codec) {
        return switch (codec) {
            case OPUS, PCMU, PCMA, G722 -> new AudioPayload();
            case VP8 -> new Vp8Payload();
            case VP9 -> new Vp9Payload();
            case H264 -> new H264Payload();
            case H265 -> new H265Payload();
            case AV1 -> new Av1Payload();
        };
    }
}
