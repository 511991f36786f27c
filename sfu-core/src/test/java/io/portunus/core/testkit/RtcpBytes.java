// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// RTCP as a client writes and reads it, made by hand from the RFCs so that the code under test is
/// not its own judge.
public final class RtcpBytes {
    static final int SENDER_REPORT = 200;
    static final int RECEIVER_REPORT = 201;
    static final int TRANSPORT_FEEDBACK = 205;
    static final int PAYLOAD_FEEDBACK = 206;
    static final int NACK = 1;
    static final int PICTURE_LOSS = 1;
    static final int FULL_INTRA_REQUEST = 4;

    /// One packet of a compound.
    ///
    /// @param format the five bits of count or feedback type
    record Part(int type, int format, Bytes bytes) {}

    private RtcpBytes() {}

    /// The packets of a compound (RFC 3550 §6.1).
    static List<Part> parse(byte[] compound) {
        var parts = new ArrayList<Part>();
        var at = 0;
        while (at + 4 <= compound.length) {
            var length = 4 * (Bytes.of(compound).unsignedShort(at + 2) + 1);
            if ((compound[at] & 0xC0) != 0x80 || at + length > compound.length) {
                throw new AssertionError("not a compound RTCP packet");
            }
            var copy = Arrays.copyOfRange(compound, at, at + length);
            parts.add(new Part(compound[at + 1] & 0xFF, compound[at] & 0x1F, Bytes.of(copy)));
            at += length;
        }
        return parts;
    }

    /// The sequence numbers that a generic NACK asks for (RFC 4585 §6.2.1).
    static List<Integer> nacked(Part nack) {
        var numbers = new ArrayList<Integer>();
        for (var at = 12; at + 4 <= nack.bytes().length(); at += 4) {
            var first = nack.bytes().unsignedShort(at);
            numbers.add(first);
            for (var bit = 0; bit < 16; bit++) {
                if ((nack.bytes().unsignedShort(at + 2) & (1 << bit)) != 0) {
                    numbers.add((first + 1 + bit) & 0xFFFF);
                }
            }
        }
        return numbers;
    }

    /// RFC 3550 §6.4.1, without report blocks.
    static byte[] senderReport(int ssrc, long ntp, int timestamp, int packets, int octets) {
        var report = new byte[28];
        begin(report, 0, SENDER_REPORT)
                .putInt(ssrc)
                .putLong(ntp)
                .putInt(timestamp)
                .putInt(packets)
                .putInt(octets);
        return report;
    }

    /// RFC 3550 §6.4.2, with one block.
    static byte[] receiverReport(
            int ssrc, int mediaSsrc, int fractionLost, long highest, int lastReport, int delay) {
        var report = new byte[32];
        begin(report, 1, RECEIVER_REPORT)
                .putInt(ssrc)
                .putInt(mediaSsrc)
                .putInt(fractionLost << 24)
                .putInt((int) highest)
                .putInt(0)
                .putInt(lastReport)
                .putInt(delay);
        return report;
    }

    /// RFC 4585 §6.3.1.
    static byte[] pictureLoss(int ssrc, int mediaSsrc) {
        var request = new byte[12];
        begin(request, PICTURE_LOSS, PAYLOAD_FEEDBACK).putInt(ssrc).putInt(mediaSsrc);
        return request;
    }

    /// A generic NACK for `missing`, of which it takes as many as it has room for.
    static byte[] nack(int ssrc, int mediaSsrc, Collection<Long> missing) {
        var left = new TreeSet<>(missing);
        var items = new ArrayList<Integer>();
        while (!left.isEmpty() && items.size() < 60) {
            var first = left.removeFirst();
            var mask = 0;
            for (var bit = 0; bit < 16; bit++) {
                if (left.remove(first + 1 + bit)) {
                    mask |= 1 << bit;
                }
            }
            items.add(((int) (first & 0xFFFF) << 16) | mask);
        }
        var request = new byte[12 + 4 * items.size()];
        var writer = begin(request, NACK, TRANSPORT_FEEDBACK).putInt(ssrc).putInt(mediaSsrc);
        items.forEach(writer::putInt);
        return request;
    }

    static byte[] compound(List<byte[]> packets) {
        var length = packets.stream().mapToInt(packet -> packet.length).sum();
        var compound = new byte[length];
        var writer = ByteBuffer.wrap(compound);
        packets.forEach(writer::put);
        return compound;
    }

    private static ByteBuffer begin(byte[] packet, int format, int type) {
        return ByteBuffer.wrap(packet)
                .put((byte) (0x80 | format))
                .put((byte) type)
                .putShort((short) (packet.length / 4 - 1));
    }
}
