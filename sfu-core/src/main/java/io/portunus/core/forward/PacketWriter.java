// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.fate.Fate;
import io.portunus.core.rtp.Rtx;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Builds the packets of one outgoing track in egress memory, as one subscriber negotiated them.
/// What needs no change is encrypted straight from where it was received. Confined to its media
/// loop.
final class PacketWriter {
    /// The largest packet that is sent, without what encryption adds.
    static final int MAX_BYTES = 1_984;

    /// RFC 3550 §5.1: the last byte of padding says how much there is.
    private static final int PADDING_BYTES = 4;

    private static final int MARKER = 0x80;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Outlet outlet;
    private final MediaPlan.Line line;
    private final HeaderWriter header;

    /// Of the line: asked of for each packet.
    private final Codec codec;

    private final int payloadType;

    PacketWriter(Outlet outlet, MediaPlan.Line line, int playoutDelay) {
        this.outlet = outlet;
        this.line = line;
        codec = line.codec();
        payloadType = line.payloadType();
        header = new HeaderWriter(line, playoutDelay);
    }

    void playoutDelay(int bits) {
        header.playoutDelay(bits);
    }

    MediaPlan.Line line() {
        return line;
    }

    Codec codec() {
        return codec;
    }

    int touch() {
        return payloadType + header.touch();
    }

    boolean hasRtx() {
        return line.rtxPayloadType() >= 0;
    }

    /// No packet with this content is larger.
    int boundBytes(TrackPacket packet) {
        return header.boundBytes(packet) + Rtx.OSN_BYTES + packet.rtp().payloadBytes();
    }

    /// Sends the content of `packet` under the number `out`, which is used up unless the answer is
    /// EGRESS_FULL or TOO_LARGE.
    Fate send(
            TrackPacket packet,
            long out,
            int timestamp,
            int ssrc,
            FrameContinuity frames,
            long nowNanos) {
        var rtp = packet.rtp();
        var payloadBytes = rtp.payloadBytes();
        var bound = header.boundBytes(packet) + payloadBytes;
        if (bound > MAX_BYTES) {
            return Fate.TOO_LARGE;
        }
        var at = outlet.reserve(bound);
        if (at < 0) {
            return Fate.EGRESS_FULL;
        }
        var memory = outlet.memory();
        var marker = rtp.marker() ? MARKER : 0;
        header.writeFixed(memory, at, marker | payloadType, out, timestamp, ssrc);
        var headerBytes = header.writeExtensions(memory, at, packet, frames, outlet, nowNanos);
        if (!frames.rewritesPayloads()) {
            return outlet.send(headerBytes, rtp.memory(), rtp.payloadOffset(), payloadBytes, out);
        }
        copyPayload(packet, memory, at + headerBytes, frames);
        return outlet.send(headerBytes, memory, at + headerBytes, payloadBytes, out);
    }

    /// Sends the content of `packet` again, as the RTX packet number `rtxOut` (RFC 4588 §4).
    Fate resend(
            TrackPacket packet,
            long out,
            int timestamp,
            int rtxSsrc,
            long rtxOut,
            FrameContinuity frames,
            long nowNanos) {
        var bound = boundBytes(packet);
        if (bound > MAX_BYTES) {
            return Fate.TOO_LARGE;
        }
        var at = outlet.reserve(bound);
        if (at < 0) {
            return Fate.EGRESS_FULL;
        }
        var memory = outlet.memory();
        var marker = packet.rtp().marker() ? MARKER : 0;
        header.writeFixed(memory, at, marker | line.rtxPayloadType(), rtxOut, timestamp, rtxSsrc);
        var headerBytes = header.writeExtensions(memory, at, packet, frames, outlet, nowNanos);
        var payloadAt = at + headerBytes;
        memory.set(SHORT, payloadAt, (short) out);
        copyPayload(packet, memory, payloadAt + Rtx.OSN_BYTES, frames);
        var payloadBytes = Rtx.OSN_BYTES + packet.rtp().payloadBytes();
        return outlet.send(headerBytes, memory, payloadAt, payloadBytes, rtxOut);
    }

    /// Sends a packet of padding only, to use up the number `out`.
    Fate sendPadding(long out, int timestamp, int ssrc, long nowNanos) {
        var at = outlet.reserve(header.boundBytes() + PADDING_BYTES);
        if (at < 0) {
            return Fate.EGRESS_FULL;
        }
        var memory = outlet.memory();
        header.writeFixed(memory, at, line.payloadType(), out, timestamp, ssrc);
        header.markPadded(memory, at);
        var headerBytes = header.writeExtensions(memory, at, outlet, nowNanos);
        memory.set(INT, at + headerBytes, PADDING_BYTES);
        return outlet.send(headerBytes, memory, at + headerBytes, PADDING_BYTES, out);
    }

    private void copyPayload(
            TrackPacket packet, MemorySegment memory, long at, FrameContinuity frames) {
        var rtp = packet.rtp();
        MemorySegment.copy(rtp.memory(), rtp.payloadOffset(), memory, at, rtp.payloadBytes());
        frames.rewritePayload(memory, at, rtp.payloadBytes());
    }
}
