// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One RTCP packet (RFC 3550 §6) read or written by hand.
public record Rtcp(int type, int format, List<Integer> words) {
    private static final int RECEIVER_REPORT = 201;
    private static final int TRANSPORT_FEEDBACK = 205;
    private static final int PAYLOAD_FEEDBACK = 206;
    private static final int NACK = 1;
    private static final int TRANSPORT_WIDE = 15;
    private static final int PICTURE_LOSS = 1;
    private static final int FULL_INTRA = 4;

    public Rtcp {
        words = List.copyOf(words);
    }

    /// The packets of a compound one.
    public static List<Rtcp> parse(byte[] compound) {
        var packets = new ArrayList<Rtcp>();
        var buffer = ByteBuffer.wrap(compound);
        while (buffer.remaining() >= 4) {
            var format = buffer.get() & 0x1F;
            var type = buffer.get() & 0xFF;
            var words = new ArrayList<Integer>();
            for (var left = buffer.getShort() & 0xFFFF; left > 0; left--) {
                words.add(buffer.getInt());
            }
            packets.add(new Rtcp(type, format, words));
        }
        return packets;
    }

    /// Whether it asks for a key frame of `ssrc` (RFC 4585 §6.3.1, RFC 5104 §4.3.1).
    public boolean asksForKeyFrame(long ssrc) {
        return type == PAYLOAD_FEEDBACK
                && ((format == PICTURE_LOSS && words.get(1) == (int) ssrc)
                        || (format == FULL_INTRA && words.get(2) == (int) ssrc));
    }

    public boolean isFullIntraRequest() {
        return type == PAYLOAD_FEEDBACK && format == FULL_INTRA;
    }

    /// Which sequence numbers of `ssrc` it asks for again (RFC 4585 §6.2.1).
    public List<Integer> missing(long ssrc) {
        var missing = new ArrayList<Integer>();
        if (type == TRANSPORT_FEEDBACK && format == NACK && words.get(1) == (int) ssrc) {
            for (var item : words.subList(2, words.size())) {
                var first = item >>> 16;
                missing.add(first);
                for (var bit = 0; bit < 16; bit++) {
                    if (((item >> bit) & 1) != 0) {
                        missing.add((first + bit + 1) & 0xFFFF);
                    }
                }
            }
        }
        return missing;
    }

    /// A compound packet that asks for these packets of `ssrc` again.
    public static byte[] nack(long ssrc, Integer... sequences) {
        var compound = ByteBuffer.allocate(8 + 12 + 4 * sequences.length);
        report(compound);
        compound.put((byte) (0x80 | NACK)).put((byte) TRANSPORT_FEEDBACK);
        compound.putShort((short) (2 + sequences.length)).putInt(1).putInt((int) ssrc);
        Arrays.stream(sequences).forEach(sequence -> compound.putInt(sequence << 16));
        return compound.array();
    }

    /// Feedback that eight packets from transport-wide number `first` on have come, a millisecond
    /// after another (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
    public static byte[] arrivals(long ssrc, int first, int feedback) {
        var compound = ByteBuffer.allocate(8 + 32);
        report(compound);
        compound.put((byte) (0x80 | TRANSPORT_WIDE)).put((byte) TRANSPORT_FEEDBACK);
        compound.putShort((short) 7).putInt(1).putInt((int) ssrc);
        compound.putShort((short) first).putShort((short) 8);
        compound.putInt(feedback << 8 | (feedback & 0xFF)).putShort((short) 0x2008);
        return compound.putLong(0x0404_0404_0404_0404L).array();
    }

    /// A compound packet that asks for a key frame of `ssrc`.
    public static byte[] pictureLoss(long ssrc) {
        var compound = ByteBuffer.allocate(8 + 12);
        report(compound);
        compound.put((byte) (0x80 | PICTURE_LOSS)).put((byte) PAYLOAD_FEEDBACK);
        return compound.putShort((short) 2).putInt(1).putInt((int) ssrc).array();
    }

    /// A receiver report (RFC 3550 §6.4.2) about `ssrc`.
    ///
    /// @param lost packets in all
    /// @param newest the extended highest sequence number that has come
    public static byte[] receiverReport(long ssrc, int lost, int newest) {
        var report = ByteBuffer.allocate(8 + 24);
        report.put((byte) 0x81).put((byte) RECEIVER_REPORT).putShort((short) 7).putInt(1);
        return report.putInt((int) ssrc).putInt(lost).putInt(newest).array();
    }

    private static void report(ByteBuffer compound) {
        compound.put((byte) 0x80).put((byte) RECEIVER_REPORT).putShort((short) 1).putInt(1);
    }
}
