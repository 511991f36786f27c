// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import io.portunus.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/// What a packet says about the place of its frame in the stream, read as a browser does.
///
/// @param value counts frames
/// @param mask as many ones as it has bits
/// @param baseLayer counts frames of the base layer, 8 bits; -1 where the codec does not
record FrameNumber(int value, int mask, int baseLayer) {
    private static final int NONE = -1;

    /// @param payload where the payload starts in `packet`
    static @Nullable FrameNumber read(Codec codec, Bytes packet, int payload) {
        return switch (codec) {
            // RFC 7741 §4.2, with the fields that the simulated encoder writes.
            case VP8 -> {
                var picture = packet.unsignedShort(payload + 2) & 0x7FFF;
                yield new FrameNumber(picture, 0x7FFF, packet.unsignedByte(payload + 4));
            }
            // RFC 9628 §4.2, likewise.
            case VP9 -> {
                var picture = packet.unsignedShort(payload + 1) & 0x7FFF;
                yield new FrameNumber(picture, 0x7FFF, packet.unsignedByte(payload + 4));
            }
            case AV1 -> ofDescriptor(packet);
            case OPUS, PCMU, PCMA, G722, H264, H265 -> null;
        };
    }

    /// The dependency descriptor among the extensions in the one-byte form (RFC 8285 §4.2).
    private static FrameNumber ofDescriptor(Bytes packet) {
        var end = 16 + 4 * packet.unsignedShort(14);
        for (var at = 16; at < end; ) {
            var head = packet.unsignedByte(at);
            if (head >> 4 == Plans.DEPENDENCY_DESCRIPTOR_ID) {
                return new FrameNumber(packet.unsignedShort(at + 2), 0xFFFF, NONE);
            }
            at += head == 0 ? 1 : 2 + (head & 0x0F);
        }
        throw new AssertionError("AV1 without its dependency descriptor");
    }

    /// Whether this is of the same frame as the packet before, or of the next.
    boolean follows(FrameNumber before) {
        var advance = (value - before.value) & mask;
        return advance <= 1
                && (baseLayer < 0 || ((baseLayer - before.baseLayer) & 0xFF) == advance);
    }
}
