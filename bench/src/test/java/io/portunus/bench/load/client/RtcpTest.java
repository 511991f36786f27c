// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.rtcp.RtcpKind;
import io.portunus.core.rtcp.RtcpReader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// What we write is read by the server's own reader.
class RtcpTest {
    private final Rtcp rtcp = new Rtcp();
    private final RtcpReader reader = new RtcpReader();
    private MemorySegment written = MemorySegment.NULL;

    private void read() {
        var bytes = rtcp.take();
        written = MemorySegment.ofArray(bytes);
        reader.start(written, 0, bytes.length);
    }

    private void next(RtcpKind kind) {
        assertThat(reader.next()).as("there is a packet").isTrue();
        assertThat(reader.kind()).isEqualTo(kind);
    }

    @Test
    void aSenderReportTellsTheTimeOfDay() {
        rtcp.senderReport(7, 1_500_000_000L, 90_000, 12, 3_400);
        read();

        next(RtcpKind.SENDER_REPORT);
        assertThat(reader.senderSsrc()).isEqualTo(7);
        // 70 years with 17 leap days from 1900 to 1970, and a second and a half.
        assertThat(reader.ntp()).isEqualTo((2_208_988_801L << 32) | 0x8000_0000L);
        assertThat(reader.rtpTimestamp()).isEqualTo(90_000);
        assertThat(reader.packetCount()).isEqualTo(12);
        assertThat(reader.octetCount()).isEqualTo(3_400);
        next(RtcpKind.SOURCE_DESCRIPTION);
        assertThat(reader.next()).isFalse();
        assertThat(reader.isMalformed()).isFalse();
    }

    @Test
    void aReceiverReportAndAnEstimateGoTogether() {
        var at = rtcp.startReceiverReport(9, 2);
        rtcp.report(1, 128, 5, 70_000, 3, 4);
        rtcp.report(2, 0, 0, 7, 0, 0);
        rtcp.endReceiverReport(at);
        rtcp.estimate(9, new int[] {1, 2}, 2, 100_000_000L);
        read();

        next(RtcpKind.RECEIVER_REPORT);
        assertThat(reader.reportCount()).isEqualTo(2);
        assertThat(reader.reportSsrc(1)).isEqualTo(2);
        assertThat(reader.fractionLost(0)).isEqualTo(128);
        assertThat(reader.cumulativeLost(0)).isEqualTo(5);
        assertThat(reader.highestSequence(0)).isEqualTo(70_000);
        assertThat(reader.lastSenderReport(0)).isEqualTo(3);
        next(RtcpKind.REMB);
        assertThat(reader.rembBps()).isBetween(99_990_000L, 100_000_000L);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void whatIsMissingIsAskedForByItsNumber() {
        rtcp.pictureLoss(9, 5);
        rtcp.nack(9, 5, new int[] {65_535, 3, 8}, 2);
        read();

        next(RtcpKind.PICTURE_LOSS);
        assertThat(reader.mediaSsrc()).isEqualTo(5);
        next(RtcpKind.NACK);
        assertThat(reader.nackCount()).isEqualTo(2);
        assertThat(reader.nackFirst(0) & 0xFFFF).isEqualTo(65_535);
        assertThat(reader.nackFirst(1)).isEqualTo(3);
        assertThat(reader.nackMask(1)).isZero();
    }

    @Test
    void transportWideFeedbackTellsEachArrival() {
        var arrivals = new Arrivals();
        arrivals.add(65_534, 640_000_000L);
        arrivals.add(65_535, 640_500_000L);
        arrivals.add(1, 740_500_000L);
        rtcp.transportWide(9, 5, 3, arrivals);
        read();

        next(RtcpKind.TRANSPORT_FEEDBACK);
        // The draft's §3.1: base, count, reference time in 64 ms, feedback count, one chunk,
        // deltas.
        var expected =
                ByteBuffer.allocate(16)
                        .putShort((short) 65_534)
                        .putShort((short) 4)
                        .putInt(10 << 8 | 3)
                        .putShort((short) 0b11_01_01_00_10_00_00_00)
                        .put((byte) 0)
                        .put((byte) 2)
                        .putShort((short) 400)
                        .array();
        var bytes = reader.bodyBytes();
        var body = new byte[bytes];
        MemorySegment.copy(written, reader.bodyOffset(), MemorySegment.ofArray(body), 0, bytes);
        assertThat(body).startsWith(expected);
        assertThat(arrivals.isEmpty()).as("what was told is forgotten").isTrue();
    }
}
