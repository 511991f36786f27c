// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtcp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Builds one compound packet in place. One instance per media loop: [#begin], packets, [#bytes].
///
/// A packet that does not fit any more is refused whole, with nothing written.
public final class RtcpWriter {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private static final int SENDER_REPORT = 200;
    private static final int RECEIVER_REPORT = 201;
    private static final int SOURCE_DESCRIPTION = 202;
    private static final int BYE = 203;
    private static final int TRANSPORT_LAYER_FEEDBACK = 205;
    private static final int PAYLOAD_FEEDBACK = 206;
    private static final int CNAME = 1;
    private static final int MAX_REPORTS = 31;
    private static final int REPORT_BLOCK_BYTES = 24;
    private static final int REMB_IDENTIFIER = 0x52454D42; // "REMB"
    private static final int REMB_MANTISSA_BITS = 18;

    private MemorySegment memory = MemorySegment.NULL;
    private long start;
    private long position;
    private long limit;
    private long report;
    private long nack;
    private int nackFirst;

    /// Starts a compound at `offset` with room for `capacity` bytes.
    public void begin(MemorySegment memory, long offset, int capacity) {
        this.memory = memory;
        start = offset;
        position = offset;
        limit = offset + capacity;
        report = -1;
        nack = -1;
    }

    /// The size of what has been written.
    public int bytes() {
        return (int) (position - start);
    }

    /// RFC 3550 §6.4.1, without report blocks yet: [#reportBlock] adds them.
    public boolean senderReport(int ssrc, long ntp, int timestamp, int packets, int octets) {
        if (!open(28, 0, SENDER_REPORT, ssrc)) {
            return false;
        }
        memory.set(LONG, position - 20, ntp);
        memory.set(INT, position - 12, timestamp);
        memory.set(INT, position - 8, packets);
        memory.set(INT, position - 4, octets);
        report = position - 28;
        return true;
    }

    /// RFC 3550 §6.4.2, without report blocks yet: [#reportBlock] adds them.
    public boolean receiverReport(int ssrc) {
        if (!open(8, 0, RECEIVER_REPORT, ssrc)) {
            return false;
        }
        report = position - 8;
        return true;
    }

    /// Adds a block to the report written last; 31 at most.
    public boolean reportBlock(
            int ssrc,
            int fractionLost,
            int cumulativeLost,
            int highestSequence,
            int jitter,
            int lastSenderReport,
            int delaySinceLastSenderReport) {
        if (report < 0 || limit - position < REPORT_BLOCK_BYTES) {
            return false;
        }
        var count = memory.get(BYTE, report) & 0x1F;
        if (count == MAX_REPORTS) {
            return false;
        }
        // Cumulative loss is a signed 24-bit number that stays at its ends (RFC 3550 §6.4.1).
        var lost = Math.clamp(cumulativeLost, -0x80_0000, 0x7F_FFFF);
        memory.set(INT, position, ssrc);
        memory.set(INT, position + 4, fractionLost << 24 | (lost & 0xFF_FFFF));
        memory.set(INT, position + 8, highestSequence);
        memory.set(INT, position + 12, jitter);
        memory.set(INT, position + 16, lastSenderReport);
        memory.set(INT, position + 20, delaySinceLastSenderReport);
        position += REPORT_BLOCK_BYTES;
        memory.set(BYTE, report, (byte) (0x80 | (count + 1)));
        close(report);
        return true;
    }

    /// RFC 3550 §6.5 with one chunk: the canonical name of `ssrc`.
    ///
    /// @param cname at most 255 bytes
    public boolean cname(int ssrc, byte[] cname) {
        // The item, and at least one zero byte behind it, up to a 32-bit boundary.
        var text = (2 + cname.length + 1 + 3) / 4 * 4;
        if (!open(8 + text, 1, SOURCE_DESCRIPTION, ssrc)) {
            return false;
        }
        var at = position - text;
        for (var i = 0; i < text; i++) {
            memory.set(BYTE, at + i, (byte) 0);
        }
        memory.set(BYTE, at, (byte) CNAME);
        memory.set(BYTE, at + 1, (byte) cname.length);
        for (var i = 0; i < cname.length; i++) {
            memory.set(BYTE, at + 2 + i, cname[i]);
        }
        return true;
    }

    /// RFC 3550 §6.6 for one source.
    public boolean bye(int ssrc) {
        return open(8, 1, BYE, ssrc);
    }

    /// RFC 4585 §6.3.1.
    public boolean pictureLoss(int senderSsrc, int mediaSsrc) {
        return openFeedback(12, 1, PAYLOAD_FEEDBACK, senderSsrc, mediaSsrc);
    }

    /// RFC 5104 §4.3.1 for one source.
    ///
    /// @param sequence counts requests, not repetitions; 8 bits
    public boolean fullIntra(int senderSsrc, int mediaSsrc, int sequence) {
        if (!openFeedback(20, 4, PAYLOAD_FEEDBACK, senderSsrc, 0)) {
            return false;
        }
        memory.set(INT, position - 8, mediaSsrc);
        memory.set(INT, position - 4, sequence << 24);
        return true;
    }

    /// draft-alvestrand-rmcat-remb-03 §2.2 about one source.
    public boolean remb(int senderSsrc, long bitrateBps, int mediaSsrc) {
        if (!openFeedback(24, 15, PAYLOAD_FEEDBACK, senderSsrc, 0)) {
            return false;
        }
        var exponent =
                Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(bitrateBps) - REMB_MANTISSA_BITS);
        var mantissa = (int) (bitrateBps >>> exponent);
        memory.set(INT, position - 12, REMB_IDENTIFIER);
        memory.set(INT, position - 8, 1 << 24 | exponent << REMB_MANTISSA_BITS | mantissa);
        memory.set(INT, position - 4, mediaSsrc);
        return true;
    }

    /// Starts a NACK (RFC 4585 §6.2.1); [#missing] fills it, in ascending order.
    public boolean nack(int senderSsrc, int mediaSsrc) {
        if (!openFeedback(12, 1, TRANSPORT_LAYER_FEEDBACK, senderSsrc, mediaSsrc)) {
            return false;
        }
        nack = position - 12;
        nackFirst = -1;
        return true;
    }

    /// Adds a missing sequence number to the NACK written last.
    public boolean missing(int sequenceNumber) {
        if (nack < 0) {
            return false;
        }
        var distance = nackFirst < 0 ? 0 : (sequenceNumber - nackFirst) & 0xFFFF;
        if (distance >= 1 && distance <= 16) {
            var mask = memory.get(SHORT, position - 2) | 1 << (distance - 1);
            memory.set(SHORT, position - 2, (short) mask);
            return true;
        }
        if (limit - position < 4) {
            return false;
        }
        memory.set(SHORT, position, (short) sequenceNumber);
        memory.set(SHORT, position + 2, (short) 0);
        nackFirst = sequenceNumber & 0xFFFF;
        position += 4;
        close(nack);
        return true;
    }

    /// Transport-wide feedback whose body of `bodyBytes` (a multiple of 4) is to be written at the
    /// offset that is returned; -1 where it does not fit.
    public long transportFeedback(int senderSsrc, int mediaSsrc, int bodyBytes) {
        return openFeedback(12 + bodyBytes, 15, TRANSPORT_LAYER_FEEDBACK, senderSsrc, mediaSsrc)
                ? position - bodyBytes
                : -1;
    }

    private boolean openFeedback(
            int bytes, int format, int payloadType, int senderSsrc, int mediaSsrc) {
        if (!open(bytes, format, payloadType, senderSsrc)) {
            return false;
        }
        memory.set(INT, position - bytes + 8, mediaSsrc);
        return true;
    }

    private boolean open(int bytes, int count, int payloadType, int ssrc) {
        // Even where this one does not fit, what comes next is no part of the one before.
        report = -1;
        nack = -1;
        if (limit - position < bytes) {
            return false;
        }
        memory.set(BYTE, position, (byte) (0x80 | count));
        memory.set(BYTE, position + 1, (byte) payloadType);
        memory.set(SHORT, position + 2, (short) (bytes / 4 - 1));
        memory.set(INT, position + 4, ssrc);
        position += bytes;
        return true;
    }

    private void close(long packet) {
        memory.set(SHORT, packet + 2, (short) ((position - packet) / 4 - 1));
    }
}
