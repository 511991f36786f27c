// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtcp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A cursor over the packets of one compound (RFC 3550 §6.1, reduced-size of RFC 5506 accepted).
///
/// Every length is checked when the cursor moves, so that the accessors of the packet's kind never
/// reach beyond it. One instance per media loop.
///
/// ```
/// |V=2|P|  count  |      PT       |  length in 32-bit words - 1   |
/// |                     SSRC of the sender                        |
/// |                     SSRC of the media (feedback) …            |
/// ```
public final class RtcpReader {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private static final int HEADER_BYTES = 8;
    private static final int REPORT_BLOCK_BYTES = 24;
    private static final int SENDER_INFO_BYTES = 20;
    private static final int FEEDBACK_HEADER_BYTES = 12;
    private static final int REMB_IDENTIFIER = 0x52454D42; // "REMB"

    private MemorySegment memory = MemorySegment.NULL;
    private long next;
    private long end;
    private boolean malformed;

    private long packet;
    private int bytes;
    private int count;
    private RtcpKind kind = RtcpKind.OTHER;

    /// Points the cursor before the first packet.
    public void start(MemorySegment memory, long offset, int length) {
        this.memory = memory;
        next = offset;
        end = offset + length;
        malformed = length == 0;
        kind = RtcpKind.OTHER;
    }

    /// Moves to the next packet; false at the end, or where the compound makes no sense.
    public boolean next() {
        if (next == end || malformed) {
            return false;
        }
        if (end - next < 4 || (memory.get(BYTE, next) & 0xC0) != 0x80) {
            malformed = true;
            return false;
        }
        packet = next;
        bytes = 4 + 4 * (memory.get(SHORT, packet + 2) & 0xFFFF);
        if (bytes > end - packet) {
            malformed = true;
            return false;
        }
        next = packet + bytes;
        count = memory.get(BYTE, packet) & 0x1F;
        if ((memory.get(BYTE, packet) & 0x20) != 0 && !dropPadding()) {
            malformed = true;
            return false;
        }
        kind = kindOf(memory.get(BYTE, packet + 1) & 0xFF);
        if (bytes < leastBytes()) {
            malformed = true;
            return false;
        }
        return true;
    }

    /// Whether the walk ended because something made no sense.
    public boolean isMalformed() {
        return malformed;
    }

    public RtcpKind kind() {
        return kind;
    }

    /// The first SSRC of the packet: who sends it.
    public int senderSsrc() {
        return memory.get(INT, packet + 4);
    }

    /// The second SSRC of a feedback packet: what it is about.
    public int mediaSsrc() {
        return memory.get(INT, packet + 8);
    }

    /// Of a sender report: 64-bit NTP time.
    public long ntp() {
        return memory.get(LONG, packet + 8);
    }

    /// Of a sender report: the RTP timestamp at that time.
    public int rtpTimestamp() {
        return memory.get(INT, packet + 16);
    }

    public int packetCount() {
        return memory.get(INT, packet + 20);
    }

    public int octetCount() {
        return memory.get(INT, packet + 24);
    }

    /// How many report blocks a sender or receiver report holds.
    public int reportCount() {
        return count;
    }

    public int reportSsrc(int index) {
        return memory.get(INT, report(index));
    }

    /// Lost packets since the last report, in 1/256.
    public int fractionLost(int index) {
        return memory.get(BYTE, report(index) + 4) & 0xFF;
    }

    /// Lost packets in all, signed 24 bits.
    public int cumulativeLost(int index) {
        return memory.get(INT, report(index) + 4) << 8 >> 8;
    }

    /// The highest sequence number received, with its cycles in the upper half.
    public int highestSequence(int index) {
        return memory.get(INT, report(index) + 8);
    }

    /// Interarrival jitter in RTP clock ticks.
    public int jitter(int index) {
        return memory.get(INT, report(index) + 12);
    }

    /// The middle 32 bits of the NTP time of our last sender report; 0 where none was received.
    public int lastSenderReport(int index) {
        return memory.get(INT, report(index) + 16);
    }

    /// How long ago that was, in 1/65536 seconds.
    public int delaySinceLastSenderReport(int index) {
        return memory.get(INT, report(index) + 20);
    }

    /// How many sources say goodbye.
    public int byeCount() {
        return count;
    }

    public int byeSsrc(int index) {
        return memory.get(INT, packet + 4 + 4L * index);
    }

    /// How many pairs of a first missing packet and a mask of the next 16 a NACK holds.
    public int nackCount() {
        return (bytes - FEEDBACK_HEADER_BYTES) / 4;
    }

    public int nackFirst(int index) {
        return memory.get(SHORT, packet + FEEDBACK_HEADER_BYTES + 4L * index) & 0xFFFF;
    }

    /// Bit n, from 0: the packet n + 1 after the first is missing too.
    public int nackMask(int index) {
        return memory.get(SHORT, packet + FEEDBACK_HEADER_BYTES + 4L * index + 2) & 0xFFFF;
    }

    /// How many sources a full intra request names.
    public int firCount() {
        return (bytes - FEEDBACK_HEADER_BYTES) / 8;
    }

    public int firSsrc(int index) {
        return memory.get(INT, packet + FEEDBACK_HEADER_BYTES + 8L * index);
    }

    public int firSequence(int index) {
        return memory.get(BYTE, packet + FEEDBACK_HEADER_BYTES + 8L * index + 4) & 0xFF;
    }

    /// Of a REMB: what the receiver says it can take, in bit/s.
    public long rembBps() {
        var word = memory.get(INT, packet + 16) & 0xFF_FFFF;
        var exponent = word >> 18;
        var mantissa = (long) (word & 0x3_FFFF);
        if (mantissa == 0) {
            return 0;
        }
        return exponent > 63 - 18 ? Long.MAX_VALUE : mantissa << exponent;
    }

    /// Where the body of transport-wide feedback starts: base sequence number and on.
    public long bodyOffset() {
        return packet + FEEDBACK_HEADER_BYTES;
    }

    public int bodyBytes() {
        return bytes - FEEDBACK_HEADER_BYTES;
    }

    /// Browsers fill transport-wide feedback up to a whole word by one to three bytes, though RFC
    /// 3550 §6.4.1 wants a multiple of four.
    private boolean dropPadding() {
        var padding = memory.get(BYTE, packet + bytes - 1) & 0xFF;
        if (padding == 0 || padding > bytes - 4) {
            return false;
        }
        bytes -= padding;
        return true;
    }

    private long report(int index) {
        var before =
                kind == RtcpKind.SENDER_REPORT ? HEADER_BYTES + SENDER_INFO_BYTES : HEADER_BYTES;
        return packet + before + (long) REPORT_BLOCK_BYTES * index;
    }

    private int leastBytes() {
        return switch (kind) {
            case SENDER_REPORT -> HEADER_BYTES + SENDER_INFO_BYTES + REPORT_BLOCK_BYTES * count;
            case RECEIVER_REPORT -> HEADER_BYTES + REPORT_BLOCK_BYTES * count;
            case BYE -> 4 + 4 * count;
            case NACK, FULL_INTRA, PICTURE_LOSS -> FEEDBACK_HEADER_BYTES;
            case TRANSPORT_FEEDBACK -> FEEDBACK_HEADER_BYTES + 8;
            case REMB -> FEEDBACK_HEADER_BYTES + 8;
            case SOURCE_DESCRIPTION, OTHER -> 4;
        };
    }

    private RtcpKind kindOf(int payloadType) {
        return switch (payloadType) {
            case 200 -> RtcpKind.SENDER_REPORT;
            case 201 -> RtcpKind.RECEIVER_REPORT;
            case 202 -> RtcpKind.SOURCE_DESCRIPTION;
            case 203 -> RtcpKind.BYE;
            case 205 ->
                    switch (count) {
                        case 1 -> RtcpKind.NACK;
                        case 15 -> RtcpKind.TRANSPORT_FEEDBACK;
                        default -> RtcpKind.OTHER;
                    };
            case 206 ->
                    switch (count) {
                        case 1 -> RtcpKind.PICTURE_LOSS;
                        case 4 -> RtcpKind.FULL_INTRA;
                        case 15 -> isRemb() ? RtcpKind.REMB : RtcpKind.OTHER;
                        default -> RtcpKind.OTHER;
                    };
            default -> RtcpKind.OTHER;
        };
    }

    private boolean isRemb() {
        return bytes >= FEEDBACK_HEADER_BYTES + 8
                && memory.get(INT, packet + 12) == REMB_IDENTIFIER;
    }
}
