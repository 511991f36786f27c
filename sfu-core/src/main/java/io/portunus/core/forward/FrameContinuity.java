// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.DependencyDescriptor;
import io.portunus.core.rtp.ExtensionKind;
import java.lang.foreign.MemorySegment;

/// Keeps what counts frames inside of the packets of one outgoing stream unbroken over changes of
/// the source: in the payloads of VP8 and VP9, and in the dependency descriptor of any codec. A
/// decoder takes a frame that counts backwards for an old one. Confined to its media loop.
final class FrameContinuity {
    private static final int FRAME_MASK = 0xFFFF;

    private final Vp8Continuity vp8 = new Vp8Continuity();
    private final Vp9Continuity vp9 = new Vp9Continuity();
    private final RunningNumber frames = new RunningNumber();
    private Codec codec = Codec.OPUS;

    /// Another source, or the same after a break, begins with this packet.
    void start(TrackPacket packet, Codec codec) {
        this.codec = codec;
        var rtp = packet.rtp();
        switch (codec) {
            case VP8 -> vp8.start(rtp.memory(), rtp.payloadOffset(), rtp.payloadBytes());
            case VP9 -> vp9.start(rtp.memory(), rtp.payloadOffset(), rtp.payloadBytes());
            case OPUS, PCMU, PCMA, G722, H264, AV1, H265 -> {}
        }
        if (hasFrameNumber(packet)) {
            frames.start(frameNumber(packet));
        }
    }

    /// Notes a packet that goes out, as it came.
    void onSent(TrackPacket packet) {
        var rtp = packet.rtp();
        switch (codec) {
            case VP8 -> vp8.onPayload(rtp.memory(), rtp.payloadOffset(), rtp.payloadBytes());
            case VP9 -> vp9.onPayload(rtp.memory(), rtp.payloadOffset(), rtp.payloadBytes());
            case OPUS, PCMU, PCMA, G722, H264, AV1, H265 -> {}
        }
        if (hasFrameNumber(packet)) {
            frames.onSent(frameNumber(packet), FRAME_MASK);
        }
    }

    int touch() {
        return codec.ordinal();
    }

    /// Whether payloads have to be changed.
    boolean rewritesPayloads() {
        return switch (codec) {
            case VP8 -> vp8.rewrites();
            case VP9 -> vp9.rewrites();
            case OPUS, PCMU, PCMA, G722, H264, AV1, H265 -> false;
        };
    }

    /// Changes a copy of a payload into what this subscriber is to see.
    void rewritePayload(MemorySegment memory, long offset, int bytes) {
        switch (codec) {
            case VP8 -> vp8.rewrite(memory, offset, bytes);
            case VP9 -> vp9.rewrite(memory, offset, bytes);
            case OPUS, PCMU, PCMA, G722, H264, AV1, H265 -> {}
        }
    }

    /// Likewise a copy of a dependency descriptor.
    void rewriteDescriptor(MemorySegment memory, long offset, int bytes) {
        if (frames.isShifted() && DependencyDescriptor.hasFrameNumber(bytes)) {
            var number = frames.outOf(DependencyDescriptor.frameNumber(memory, offset));
            DependencyDescriptor.frameNumber(memory, offset, number);
        }
    }

    private static boolean hasFrameNumber(TrackPacket packet) {
        return DependencyDescriptor.hasFrameNumber(
                packet.extensionBytes(ExtensionKind.DEPENDENCY_DESCRIPTOR));
    }

    private static int frameNumber(TrackPacket packet) {
        var at = packet.extensionOffset(ExtensionKind.DEPENDENCY_DESCRIPTOR);
        return DependencyDescriptor.frameNumber(packet.rtp().memory(), at);
    }
}
