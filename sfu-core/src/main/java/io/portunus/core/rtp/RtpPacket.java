// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A window onto one plaintext RTP packet (RFC 3550 §5.1) that reads and writes it in place.
///
/// One instance per media loop is wrapped around packet after packet; never keep a reference to it.
///
/// ```
///  0                   1                   2                   3
///  |V=2|P|X|  CC   |M|     PT      |       sequence number         |
///  |                           timestamp                           |
///  |                             SSRC                              |
///  |                       CSRC, 0 to 15 of them                   |
///  |  extension profile (X=1)      |  length in 32-bit words       |
///  |                       extension data …                        |
/// ```
public final class RtpPacket {
    public static final int FIXED_HEADER_BYTES = 12;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;
    private int length;
    private int headerBytes;
    private int paddingBytes;

    /// Points this view at `length` bytes; false, and nothing changed, if they cannot be an RTP
    /// packet: wrong version, or CSRCs, extension or padding that reach beyond the end.
    public boolean wrap(MemorySegment memory, long offset, int length) {
        if (length < FIXED_HEADER_BYTES || (memory.get(BYTE, offset) & 0xC0) != 0x80) {
            return false;
        }
        var first = memory.get(BYTE, offset);
        var header = FIXED_HEADER_BYTES + 4 * (first & 0x0F);
        if ((first & 0x10) != 0) {
            if (length < header + 4) {
                return false;
            }
            header += 4 + 4 * (memory.get(SHORT, offset + header + 2) & 0xFFFF);
        }
        if (header > length) {
            return false;
        }
        var padding = 0;
        if ((first & 0x20) != 0) {
            padding = memory.get(BYTE, offset + length - 1) & 0xFF;
            if (padding == 0 || header + padding > length) {
                return false;
            }
        }
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        headerBytes = header;
        paddingBytes = padding;
        return true;
    }

    public MemorySegment memory() {
        return memory;
    }

    /// Where the packet starts in [#memory].
    public long offset() {
        return offset;
    }

    /// The whole packet, header and padding included.
    public int sizeBytes() {
        return length;
    }

    /// Fixed header, CSRCs and extension block together.
    public int headerBytes() {
        return headerBytes;
    }

    /// The payload without padding.
    public int payloadBytes() {
        return length - headerBytes - paddingBytes;
    }

    public int paddingBytes() {
        return paddingBytes;
    }

    public long payloadOffset() {
        return offset + headerBytes;
    }

    public boolean marker() {
        return memory.get(BYTE, offset + 1) < 0;
    }

    public int payloadType() {
        return memory.get(BYTE, offset + 1) & 0x7F;
    }

    /// Sets marker and payload type, which share a byte.
    public void markerAndPayloadType(boolean marker, int payloadType) {
        memory.set(BYTE, offset + 1, (byte) ((marker ? 0x80 : 0) | payloadType));
    }

    public int sequenceNumber() {
        return memory.get(SHORT, offset + 2) & 0xFFFF;
    }

    public void sequenceNumber(int value) {
        memory.set(SHORT, offset + 2, (short) value);
    }

    /// Unsigned 32 bits in an int.
    public int timestamp() {
        return memory.get(INT, offset + 4);
    }

    public void timestamp(int value) {
        memory.set(INT, offset + 4, value);
    }

    /// Unsigned 32 bits in an int.
    public int ssrc() {
        return memory.get(INT, offset + 8);
    }

    public void ssrc(int value) {
        memory.set(INT, offset + 8, value);
    }

    public int csrcCount() {
        return memory.get(BYTE, offset) & 0x0F;
    }

    public boolean hasExtensions() {
        return (memory.get(BYTE, offset) & 0x10) != 0;
    }

    /// The 16 bits "defined by profile": 0xBEDE for the one-byte form, 0x100x for the two-byte form
    /// (RFC 8285 §4.2, §4.3). Only with [#hasExtensions].
    public int extensionProfile() {
        return memory.get(SHORT, offset + FIXED_HEADER_BYTES + 4L * csrcCount()) & 0xFFFF;
    }

    /// Where the extension elements start, behind profile and length. Only with [#hasExtensions].
    public long extensionOffset() {
        return offset + FIXED_HEADER_BYTES + 4L * csrcCount() + 4;
    }

    /// How long the extension elements are together; 0 without [#hasExtensions].
    public int extensionBytes() {
        return hasExtensions() ? headerBytes - FIXED_HEADER_BYTES - 4 * csrcCount() - 4 : 0;
    }
}
