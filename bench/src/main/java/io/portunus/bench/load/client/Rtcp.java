// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes RTCP as a browser does, into one compound packet after another. Confined to one thread.
final class Rtcp {
    static final int SENDER_REPORT = 200;
    static final int RECEIVER_REPORT = 201;
    static final int TRANSPORT_FEEDBACK = 205;
    static final int PAYLOAD_FEEDBACK = 206;
    static final int PLI = 1;
    static final int FIR = 4;
    static final int NACK = 1;

    /// How many reports one packet has room for (RFC 3550 §6.4.1).
    static final int MAX_REPORTS = 31;

    private static final int SOURCE_DESCRIPTION = 202;
    private static final int TRANSPORT_WIDE = 15;
    private static final int APPLICATION_LAYER = 15;
    private static final int MAX_BYTES = 1_400;
    private static final int NTP_EPOCH_SECONDS = (int) 2_208_988_800L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int REMB_MANTISSA_BITS = 18;

    private final ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);

    /// The compound packet, and an empty one begins.
    byte[] take() {
        var taken = Arrays.copyOf(out.array(), out.position());
        out.clear();
        return taken;
    }

    boolean isEmpty() {
        return out.position() == 0;
    }

    private int start(int count, int type, int senderSsrc) {
        var at = out.position();
        out.put((byte) (0x80 | count)).put((byte) type).putShort((short) 0).putInt(senderSsrc);
        return at;
    }

    private void end(int at) {
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        out.putShort(at + 2, (short) ((out.position() - at) / 4 - 1));
    }

    /// RFC 3550 §6.4.1, with the name that §6.5.1 demands.
    ///
    /// @param wallNanos since 1970
    void senderReport(int ssrc, long wallNanos, int timestamp, long packets, long bytes) {
        var at = start(0, SENDER_REPORT, ssrc);
        out.putInt((int) (wallNanos / NANOS_PER_SECOND) + NTP_EPOCH_SECONDS);
        out.putInt((int) ((wallNanos % NANOS_PER_SECOND << 32) / NANOS_PER_SECOND));
        out.putInt(timestamp).putInt((int) packets).putInt((int) bytes);
        end(at);
        at = start(1, SOURCE_DESCRIPTION, ssrc);
        var name = "load".getBytes(StandardCharsets.US_ASCII);
        out.put((byte) 1).put((byte) name.length).put(name).put((byte) 0);
        end(at);
    }

    /// RFC 3550 §6.4.2. Blocks follow by [#report].
    int startReceiverReport(int ssrc, int reports) {
        return start(reports, RECEIVER_REPORT, ssrc);
    }

    /// One block.
    ///
    /// @param lsr the middle of the last sender report's time, and `dlsr` the delay since then
    void report(int ssrc, int fractionLost, int lost, long highest, int lsr, int dlsr) {
        out.putInt(ssrc).putInt(fractionLost << 24 | (lost & 0xFF_FFFF)).putInt((int) highest);
        out.putInt(0).putInt(lsr).putInt(dlsr);
    }

    void endReceiverReport(int at) {
        end(at);
    }

    /// RFC 4585 §6.3.1.
    void pictureLoss(int senderSsrc, int mediaSsrc) {
        var at = start(PLI, PAYLOAD_FEEDBACK, senderSsrc);
        out.putInt(mediaSsrc);
        end(at);
    }

    /// RFC 4585 §6.2.1, one sequence number each.
    void nack(int senderSsrc, int mediaSsrc, int[] sequences, int count) {
        var at = start(NACK, TRANSPORT_FEEDBACK, senderSsrc);
        out.putInt(mediaSsrc);
        for (var i = 0; i < count; i++) {
            out.putShort((short) sequences[i]).putShort((short) 0);
        }
        end(at);
    }

    /// The receiver's estimate of what the path takes (draft-alvestrand-rmcat-remb-03 §2.2).
    void estimate(int senderSsrc, int[] mediaSsrcs, int count, long bitsPerSecond) {
        var at = start(APPLICATION_LAYER, PAYLOAD_FEEDBACK, senderSsrc);
        var exponent =
                Math.max(
                        0,
                        Long.SIZE - Long.numberOfLeadingZeros(bitsPerSecond) - REMB_MANTISSA_BITS);
        out.putInt(0).put("REMB".getBytes(StandardCharsets.US_ASCII));
        out.putInt(
                count << 24 | exponent << REMB_MANTISSA_BITS | (int) (bitsPerSecond >> exponent));
        for (var i = 0; i < count; i++) {
            out.putInt(mediaSsrcs[i]);
        }
        end(at);
    }

    /// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
    void transportWide(int senderSsrc, int mediaSsrc, int feedback, Arrivals arrivals) {
        var at = start(TRANSPORT_WIDE, TRANSPORT_FEEDBACK, senderSsrc);
        out.putInt(mediaSsrc);
        arrivals.write(out, feedback);
        end(at);
    }
}
