// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.door.MediaPlan;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.ExtensionWriter;
import io.portunus.core.rtp.RtpPacket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes the RTP headers of one outgoing track, with the extensions that its subscriber agreed to:
/// `mid` is the subscriber's, rid never goes out, what concerns the path is ours, and what the
/// publisher says about the content is copied, frame numbers made this stream's. Confined to its
/// media loop.
final class HeaderWriter {
    /// What a publisher says about the content of a packet.
    private static final ExtensionKind[] COPIED = {
        ExtensionKind.AUDIO_LEVEL,
        ExtensionKind.VIDEO_ORIENTATION,
        ExtensionKind.PLAYOUT_DELAY,
        ExtensionKind.DEPENDENCY_DESCRIPTOR
    };

    /// The place of the playout delay among them.
    private static final int DELAY = 2;

    private static final int PLAYOUT_DELAY_BYTES = 3;
    private static final int TRANSPORT_SEQUENCE_BYTES = 2;
    private static final int ABS_SEND_TIME_BYTES = 3;

    /// And what is written behind the last element, because whole words are written at once.
    private static final int BLOCK_HEADER_AND_PADDING_BYTES = 4 + 8;

    /// A mid that long fits into a long, with the header of its element.
    private static final int SHORT_MID_BYTES = 7;

    private static final int ONE_BYTE_PROFILE = 0xBEDE;
    private static final int ELEMENT_HEADER_BYTES = 2;
    private static final int VERSION = 0x80;
    private static final int PADDING = 0x20;
    private static final int EXTENSION = 0x10;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final ExtensionWriter writer = new ExtensionWriter();
    private final byte[] mid;
    private final int midId;
    private final int transportSequenceId;
    private final int absSendTimeId;

    /// The identifiers of what is [#COPIED], a byte each, the first one lowest.
    private final int copiedIds;

    private final boolean twoByteAlways;
    private final int ownBytes;

    /// The element of a short mid in the one-byte form, as it starts in memory.
    private final long midElement;

    private final int midElementBytes;

    /// What goes out in place of the publisher's playout delay: minimum and maximum in 12 bits
    /// each.
    private int playoutDelay;

    /// @param playoutDelay see [#playoutDelay]
    HeaderWriter(MediaPlan.Line line, int playoutDelay) {
        this.playoutDelay = playoutDelay;
        var map = line.extensions();
        mid = line.mid().getBytes(StandardCharsets.UTF_8);
        midId = mid.length > 0 && mid.length <= 255 ? map.idOf(ExtensionKind.MID) : 0;
        transportSequenceId = map.idOf(ExtensionKind.TRANSPORT_SEQUENCE);
        absSendTimeId = map.idOf(ExtensionKind.ABS_SEND_TIME);
        copiedIds = copiedIds(map);
        twoByteAlways =
                (midId > 0 && ExtensionWriter.needsTwoByte(midId, mid.length))
                        || transportSequenceId > ExtensionWriter.ONE_BYTE_MAX_ID
                        || absSendTimeId > ExtensionWriter.ONE_BYTE_MAX_ID;
        ownBytes = ownBytes(map);
        midElementBytes = midId > 0 ? 1 + mid.length : 0;
        midElement = midElementBytes > 0 && mid.length <= SHORT_MID_BYTES ? midElement() : 0;
    }

    private static int copiedIds(ExtensionMap map) {
        var ids = 0;
        for (var i = 0; i < COPIED.length; i++) {
            ids |= map.idOf(COPIED[i]) << (Byte.SIZE * i);
        }
        return ids;
    }

    private long midElement() {
        var element = (long) ((midId << 4) | (mid.length - 1)) << (Long.SIZE - Byte.SIZE);
        for (var i = 0; i < mid.length; i++) {
            element |= (mid[i] & 0xFFL) << (Long.SIZE - Byte.SIZE * (i + 2));
        }
        return element;
    }

    private int copiedId(int which) {
        return (copiedIds >>> (Byte.SIZE * which)) & 0xFF;
    }

    int touch() {
        return midElementBytes + playoutDelay + copiedIds + (int) midElement;
    }

    /// Tells this playout delay (24 bits) from now on, or [OutboundTrack#AS_PUBLISHED].
    void playoutDelay(int bits) {
        playoutDelay = bits;
    }

    /// No header for `packet` is larger.
    int boundBytes(TrackPacket packet) {
        var bytes = RtpPacket.FIXED_HEADER_BYTES + BLOCK_HEADER_AND_PADDING_BYTES + ownBytes;
        for (var i = 0; i < COPIED.length; i++) {
            bytes += ELEMENT_HEADER_BYTES + copiedBytes(i, packet);
        }
        return bytes;
    }

    /// No header of a packet without content is larger.
    int boundBytes() {
        return RtpPacket.FIXED_HEADER_BYTES + BLOCK_HEADER_AND_PADDING_BYTES + ownBytes;
    }

    /// Writes the twelve fixed bytes (RFC 3550 §5.1).
    void writeFixed(
            MemorySegment memory,
            long at,
            int markerAndPayloadType,
            long sequence,
            int timestamp,
            int ssrc) {
        var first =
                (VERSION << 24) | ((markerAndPayloadType & 0xFF) << 16) | ((int) sequence & 0xFFFF);
        memory.set(LONG, at, ((long) first << 32) | (timestamp & 0xFFFF_FFFFL));
        memory.set(INT, at + 8, ssrc);
    }

    /// Marks the packet at `at` as ending in padding (RFC 3550 §5.1).
    void markPadded(MemorySegment memory, long at) {
        memory.set(BYTE, at, (byte) (memory.get(BYTE, at) | PADDING));
    }

    /// Writes the extensions behind the fixed header of what repeats or is `packet`; the size of
    /// the whole header.
    int writeExtensions(
            MemorySegment memory,
            long at,
            TrackPacket packet,
            FrameContinuity frames,
            Outlet outlet,
            long now) {
        var twoByte = twoByteAlways || needsTwoByte(packet);
        if (!twoByte && midElementBytes <= Long.BYTES) {
            return writeWords(memory, at, packet, frames, outlet, now);
        }
        begin(memory, at, twoByte);
        for (var i = 0; i < COPIED.length; i++) {
            var bytes = copiedBytes(i, packet);
            if (i == DELAY && bytes >= 0 && playoutDelay >= 0) {
                var to = writer.reserve(copiedId(i), PLAYOUT_DELAY_BYTES);
                memory.set(BYTE, to, (byte) (playoutDelay >> 16));
                memory.set(SHORT, to + 1, (short) playoutDelay);
            } else if (bytes >= 0) {
                var from = packet.extensionOffset(COPIED[i]);
                var to = writer.add(copiedId(i), packet.rtp().memory(), from, bytes);
                if (COPIED[i] == ExtensionKind.DEPENDENCY_DESCRIPTOR) {
                    frames.rewriteDescriptor(memory, to, bytes);
                }
            }
        }
        return finish(memory, at, outlet, now);
    }

    /// The same in the one-byte form (RFC 8285 §4.2), in as few writes as can be: this is what
    /// nearly all packets get. What a write leaves behind its element is written over by the next.
    private int writeWords(
            MemorySegment memory,
            long at,
            TrackPacket packet,
            FrameContinuity frames,
            Outlet outlet,
            long nowNanos) {
        var block = at + RtpPacket.FIXED_HEADER_BYTES;
        var start = block + Integer.BYTES;
        memory.set(LONG, start, midElement);
        var to = start + midElementBytes;
        for (var i = 0; i < COPIED.length; i++) {
            to += copy(memory, to, i, packet, frames);
        }
        if (absSendTimeId > 0) {
            var element = (absSendTimeId << 4) | (ABS_SEND_TIME_BYTES - 1);
            memory.set(INT, to, (element << 24) | (outlet.absSendTime(nowNanos) & 0xFF_FFFF));
            to += 1 + ABS_SEND_TIME_BYTES;
        }
        if (transportSequenceId > 0) {
            var element = (transportSequenceId << 4) | (TRANSPORT_SEQUENCE_BYTES - 1);
            memory.set(INT, to, (element << 24) | ((outlet.transportSequence() & 0xFFFF) << 8));
            to += 1 + TRANSPORT_SEQUENCE_BYTES;
        }
        if (to == start) {
            return RtpPacket.FIXED_HEADER_BYTES;
        }
        memory.set(INT, to, 0);
        var words = (int) (to - start + 3) / 4;
        memory.set(INT, block, (ONE_BYTE_PROFILE << 16) | words);
        memory.set(BYTE, at, (byte) (memory.get(BYTE, at) | EXTENSION));
        return RtpPacket.FIXED_HEADER_BYTES + Integer.BYTES + 4 * words;
    }

    /// Copies one element in the one-byte form; how many bytes it takes.
    private int copy(
            MemorySegment memory, long to, int which, TrackPacket packet, FrameContinuity frames) {
        var bytes = copiedBytes(which, packet);
        if (bytes < 0) {
            return 0;
        }
        memory.set(BYTE, to, (byte) ((copiedId(which) << 4) | (bytes - 1)));
        if (which == DELAY && playoutDelay >= 0) {
            memory.set(INT, to + 1, playoutDelay << 8);
            return 1 + bytes;
        }
        var source = packet.rtp().memory();
        var from = packet.extensionOffset(COPIED[which]);
        for (var i = 0; i < bytes; i++) {
            memory.set(BYTE, to + 1 + i, source.get(BYTE, from + i));
        }
        if (COPIED[which] == ExtensionKind.DEPENDENCY_DESCRIPTOR) {
            frames.rewriteDescriptor(memory, to + 1, bytes);
        }
        return 1 + bytes;
    }

    /// Likewise for a packet without content.
    int writeExtensions(MemorySegment memory, long at, Outlet outlet, long now) {
        begin(memory, at, twoByteAlways);
        return finish(memory, at, outlet, now);
    }

    private void begin(MemorySegment memory, long at, boolean twoByte) {
        writer.begin(memory, at + RtpPacket.FIXED_HEADER_BYTES, twoByte);
        if (midId > 0) {
            var to = writer.reserve(midId, mid.length);
            for (var i = 0; i < mid.length; i++) {
                memory.set(BYTE, to + i, mid[i]);
            }
        }
    }

    private int finish(MemorySegment memory, long at, Outlet outlet, long nowNanos) {
        if (absSendTimeId > 0) {
            var to = writer.reserve(absSendTimeId, ABS_SEND_TIME_BYTES);
            var time = outlet.absSendTime(nowNanos);
            memory.set(BYTE, to, (byte) (time >> 16));
            memory.set(SHORT, to + 1, (short) time);
        }
        if (transportSequenceId > 0) {
            var to = writer.reserve(transportSequenceId, TRANSPORT_SEQUENCE_BYTES);
            memory.set(SHORT, to, (short) outlet.transportSequence());
        }
        var bytes = writer.finish();
        if (bytes > 0) {
            memory.set(BYTE, at, (byte) (memory.get(BYTE, at) | EXTENSION));
        }
        return RtpPacket.FIXED_HEADER_BYTES + bytes;
    }

    private boolean needsTwoByte(TrackPacket packet) {
        for (var i = 0; i < COPIED.length; i++) {
            var bytes = copiedBytes(i, packet);
            if (bytes >= 0 && ExtensionWriter.needsTwoByte(copiedId(i), bytes)) {
                return true;
            }
        }
        return false;
    }

    /// How much of an extension is copied; -1 where it is left out.
    private int copiedBytes(int which, TrackPacket packet) {
        if (copiedId(which) == 0) {
            return -1;
        }
        return which == DELAY && playoutDelay >= 0
                ? PLAYOUT_DELAY_BYTES
                : packet.extensionBytes(COPIED[which]);
    }

    private int ownBytes(ExtensionMap map) {
        var bytes = midId > 0 ? ELEMENT_HEADER_BYTES + mid.length : 0;
        if (map.has(ExtensionKind.ABS_SEND_TIME)) {
            bytes += ELEMENT_HEADER_BYTES + ABS_SEND_TIME_BYTES;
        }
        if (map.has(ExtensionKind.TRANSPORT_SEQUENCE)) {
            bytes += ELEMENT_HEADER_BYTES + TRANSPORT_SEQUENCE_BYTES;
        }
        return bytes;
    }
}
