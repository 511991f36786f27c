// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Payloads that say which packet of which stream they are, and whose every byte follows from that:
/// whoever gets one can tell whether it is the one that was sent. VP8 looks like VP8 (RFC 7741), so
/// that servers find its key frames.
///
/// ```
/// VP8:  descriptor (6) · frame header (10) ·
/// Opus: TOC (1) ·                            packet (8) · stream (4) · flags (2) · bytes (2) · pattern
/// ```
final class Payload {
    static final int CONTENT_BYTES = 16;

    private static final int DESCRIPTOR_BYTES = 6;
    private static final int FRAME_HEADER_BYTES = 10;

    /// More than a payload has.
    private static final int MAX_WORDS = 1 << 10;

    private static final int KEY = 1;
    private static final int STARTS_FRAME = 2;

    /// A 20 ms frame of CELT, mono (RFC 6716 §3.1).
    private static final byte OPUS_TOC = (byte) 0xF8;

    /// The last byte of the frame tag, the start code, 640 by 360.
    private static final long KEY_FRAME_START = 0x009D_012A_8002_6801L;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private Payload() {}

    /// Writes the payload of one packet.
    ///
    /// @param frame which frame it is of; matters for video
    /// @param startsFrame whether it is the first of its frame
    static void write(
            MediaKind kind,
            MemorySegment memory,
            long at,
            int bytes,
            int stream,
            long packet,
            long frame,
            boolean startsFrame,
            boolean isKey) {
        var flags = (isKey ? KEY : 0) | (startsFrame ? STARTS_FRAME : 0);
        var content = at;
        if (kind == MediaKind.AUDIO) {
            memory.set(BYTE, at, OPUS_TOC);
            content += 1;
        } else {
            describe(memory, at, frame, startsFrame);
            writeFrameHeader(memory, at + DESCRIPTOR_BYTES, packet, flags);
            content += DESCRIPTOR_BYTES + FRAME_HEADER_BYTES;
        }
        memory.set(LONG, content, packet);
        memory.set(INT, content + 8, stream);
        memory.set(SHORT, content + 12, (short) flags);
        var covered = bytes - (kind == MediaKind.AUDIO ? 0 : DESCRIPTOR_BYTES);
        memory.set(SHORT, content + 14, (short) covered);
        var end = at + bytes;
        var word = flags * MAX_WORDS;
        var next = content + CONTENT_BYTES;
        for (; next + Long.BYTES <= end; next += Long.BYTES) {
            memory.set(LONG, next, pattern(stream, packet, word++));
        }
        for (; next < end; next++) {
            memory.set(BYTE, next, (byte) pattern(stream, packet, word++));
        }
    }

    /// RFC 7741 §4.2, with 15 bits of picture id, TL0PICIDX and KEYIDX as browsers send them.
    private static void describe(MemorySegment memory, long at, long frame, boolean startsFrame) {
        memory.set(BYTE, at, (byte) (startsFrame ? 0x90 : 0x80));
        memory.set(BYTE, at + 1, (byte) 0xF0);
        memory.set(SHORT, at + 2, (short) (0x8000 | (frame & 0x7FFF)));
        memory.set(BYTE, at + 4, (byte) frame);
        memory.set(BYTE, at + 5, (byte) (frame & 0x1F));
    }

    /// Ten bytes: the frame tag, whose lowest bit is 0 for a key frame, and what only a key frame
    /// has, the start code and the size (RFC 6386 §9.1). Only a frame's first packet has a real
    /// one.
    private static void writeFrameHeader(MemorySegment memory, long at, long packet, int flags) {
        var isKeyFrame = flags == (KEY | STARTS_FRAME);
        memory.set(SHORT, at, (short) (isKeyFrame ? 0x1002 : 0x1102));
        memory.set(LONG, at + 2, isKeyFrame ? KEY_FRAME_START : packet);
    }

    private static long pattern(int stream, long packet, int word) {
        var bits = (((packet + stream * 0x9E37_79B9L) << 12) ^ word) * 0x9E37_79B9_7F4A_7C15L;
        return bits ^ bits >>> 31;
    }

    /// Where the part that no server changes begins, in bytes behind `at`; -1 when there is none.
    private static int contentAt(MediaKind kind, MemorySegment memory, long at, int bytes) {
        if (kind == MediaKind.AUDIO) {
            return bytes < 1 + CONTENT_BYTES ? -1 : 1;
        }
        var length = descriptorBytes(memory, at, bytes);
        return length < 0 || bytes < length + FRAME_HEADER_BYTES + CONTENT_BYTES
                ? -1
                : length + FRAME_HEADER_BYTES;
    }

    private static int descriptorBytes(MemorySegment memory, long at, int bytes) {
        if (bytes < DESCRIPTOR_BYTES || memory.get(BYTE, at) >= 0) {
            return bytes < DESCRIPTOR_BYTES ? -1 : 1;
        }
        var extended = memory.get(BYTE, at + 1);
        var length = 2;
        if ((extended & 0x80) != 0) {
            length += memory.get(BYTE, at + 2) < 0 ? 2 : 1;
        }
        length += (extended & 0x40) != 0 ? 1 : 0;
        return length + ((extended & 0x30) != 0 ? 1 : 0);
    }

    /// The stream that the payload says it is of; -1 when it has no room to say so.
    static int stream(MediaKind kind, MemorySegment memory, long at, int bytes) {
        var content = contentAt(kind, memory, at, bytes);
        return content < 0 ? -1 : memory.get(INT, at + content + 8);
    }

    /// The packet that the payload says it is; only where [#stream] is not -1.
    static long packet(MediaKind kind, MemorySegment memory, long at, int bytes) {
        return memory.get(LONG, at + contentAt(kind, memory, at, bytes));
    }

    /// Whether every byte is what was sent, but for the descriptor, which servers may rewrite.
    ///
    /// @param scratch room for a payload
    static boolean isAsSent(
            MediaKind kind, MemorySegment memory, long at, int bytes, MemorySegment scratch) {
        var content = contentAt(kind, memory, at, bytes);
        if (content < 0) {
            return false;
        }
        var flags = memory.get(SHORT, at + content + 12);
        var prefix = kind == MediaKind.AUDIO ? 0 : content - FRAME_HEADER_BYTES;
        var covered = bytes - prefix;
        if ((memory.get(SHORT, at + content + 14) & 0xFFFF) != covered) {
            return false;
        }
        var wasPrefix = kind == MediaKind.AUDIO ? 0 : DESCRIPTOR_BYTES;
        write(
                kind,
                scratch,
                0,
                covered + wasPrefix,
                memory.get(INT, at + content + 8),
                memory.get(LONG, at + content),
                0,
                (flags & STARTS_FRAME) != 0,
                (flags & KEY) != 0);
        return MemorySegment.mismatch(
                        memory,
                        at + prefix,
                        at + bytes,
                        scratch,
                        wasPrefix,
                        (long) wasPrefix + covered)
                < 0;
    }
}
