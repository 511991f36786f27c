// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.testkit.Packet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Packets by hand from the RFCs, each lying at the very end of its memory.
class RtcpReaderTest {
    private static final String BLOCK = "0A0B0C0D 40 FFFFFE 0001FFFF 00000037 AABBCCDD 00018000";
    private static final String SENDER_INFO = "E0000001 80000000 12345678 00000064 00001388";

    private final RtcpReader reader = new RtcpReader();

    @Test
    void readsASenderReportAndItsBlock() {
        startAtFirst("81 C8 000C 01020304" + SENDER_INFO + BLOCK);

        assertThat(reader.kind()).isEqualTo(RtcpKind.SENDER_REPORT);
        assertThat(reader.senderSsrc()).isEqualTo(0x01020304);
        assertThat(reader.ntp()).isEqualTo(0xE0000001_80000000L);
        assertThat(reader.rtpTimestamp()).isEqualTo(0x12345678);
        assertThat(reader.packetCount()).isEqualTo(100);
        assertThat(reader.octetCount()).isEqualTo(5_000);
        assertThat(reader.reportCount()).isEqualTo(1);
        assertBlock(0);
    }

    @Test
    void readsEachBlockOfAReceiverReport() {
        startAtFirst(
                "82 C9 000D 01020304"
                        + "11111111 FF 7FFFFF 00000001 00000002 00000003 00000004"
                        + BLOCK);

        assertThat(reader.kind()).isEqualTo(RtcpKind.RECEIVER_REPORT);
        assertThat(reader.reportCount()).isEqualTo(2);
        assertThat(reader.reportSsrc(0)).isEqualTo(0x11111111);
        assertThat(reader.fractionLost(0)).as("unsigned").isEqualTo(255);
        assertThat(reader.cumulativeLost(0)).isEqualTo(0x7F_FFFF);
        assertThat(reader.highestSequence(0)).isEqualTo(1);
        assertThat(reader.delaySinceLastSenderReport(0)).isEqualTo(4);
        assertBlock(1);
    }

    private void assertBlock(int index) {
        assertThat(reader.reportSsrc(index)).isEqualTo(0x0A0B0C0D);
        assertThat(reader.fractionLost(index)).isEqualTo(64);
        assertThat(reader.cumulativeLost(index)).as("signed, 24 bits").isEqualTo(-2);
        assertThat(reader.highestSequence(index)).isEqualTo(0x1_FFFF);
        assertThat(reader.jitter(index)).isEqualTo(55);
        assertThat(reader.lastSenderReport(index)).isEqualTo(0xAABBCCDD);
        assertThat(reader.delaySinceLastSenderReport(index)).isEqualTo(0x1_8000);
    }

    @Test
    void readsWhoSaysGoodbyeAndNotWhy() {
        startAtFirst("82 CB 0004 11111111 22222222 06 62796562796500");

        assertThat(reader.kind()).isEqualTo(RtcpKind.BYE);
        assertThat(reader.byeCount()).isEqualTo(2);
        assertThat(reader.byeSsrc(0)).isEqualTo(0x11111111);
        assertThat(reader.byeSsrc(1)).isEqualTo(0x22222222);
    }

    @Test
    void readsNacksWithTheirMasks() {
        startAtFirst("81 CD 0004 01020304 0A0B0C0D 0064 8001 FFFF 0000");

        assertThat(reader.kind()).isEqualTo(RtcpKind.NACK);
        assertThat(reader.senderSsrc()).isEqualTo(0x01020304);
        assertThat(reader.mediaSsrc()).isEqualTo(0x0A0B0C0D);
        assertThat(reader.nackCount()).isEqualTo(2);
        assertThat(reader.nackFirst(0)).isEqualTo(100);
        assertThat(reader.nackMask(0)).isEqualTo(0x8001);
        assertThat(reader.nackFirst(1)).isEqualTo(65_535);
        assertThat(reader.nackMask(1)).isZero();
    }

    @Test
    void readsRequestsForKeyFrames() {
        startAtFirst("81 CE 0002 01020304 0A0B0C0D");
        assertThat(reader.kind()).isEqualTo(RtcpKind.PICTURE_LOSS);
        assertThat(reader.mediaSsrc()).isEqualTo(0x0A0B0C0D);

        startAtFirst("84 CE 0006 01020304 00000000 0A0B0C0D FF000000 0A0B0C0E 01000000");
        assertThat(reader.kind()).isEqualTo(RtcpKind.FULL_INTRA);
        assertThat(reader.firCount()).isEqualTo(2);
        assertThat(reader.firSsrc(0)).isEqualTo(0x0A0B0C0D);
        assertThat(reader.firSequence(0)).isEqualTo(255);
        assertThat(reader.firSsrc(1)).isEqualTo(0x0A0B0C0E);
        assertThat(reader.firSequence(1)).isEqualTo(1);
    }

    /// draft-alvestrand-rmcat-remb-03 §2.2: six bits of exponent, 18 of mantissa.
    @ParameterizedTest
    @CsvSource({
        "000000, 0",
        "000001, 1",
        "03FFFF, 262143",
        "0BF02F, 1032380",
        "FC0000, 0",
        "B7FFFF, 9223336852482686976",
        "FFFFFF, 9223372036854775807",
        "FC0001, 9223372036854775807"
    })
    void readsWhatAReceiverCanTake(String word, long bps) {
        startAtFirst("8F CE 0005 01020304 00000000 52454D42 01" + word + "0A0B0C0D");

        assertThat(reader.kind()).isEqualTo(RtcpKind.REMB);
        assertThat(reader.rembBps()).isEqualTo(bps);
    }

    @Test
    void showsTheBodyOfTransportWideFeedback() {
        var packet = "8F CD 0005 01020304 0A0B0C0D 0102 0001 000000 07 2001 0400";
        startAtFirst(packet);
        assertThat(reader.kind()).isEqualTo(RtcpKind.TRANSPORT_FEEDBACK);
        assertThat(reader.bodyOffset()).isEqualTo(Packet.of(packet).offset() + 12);
        assertThat(reader.bodyBytes()).isEqualTo(12);

        startAtFirst("AF CD 0005 01020304 0A0B0C0D 0102 0001 000000 07 2001 04 01");
        assertThat(reader.bodyBytes()).as("without padding").isEqualTo(11);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    80 CC 0002 01020304 6E616D65,                             APP
                    80 CF 0003 01020304 04000001 00000000,                    extended reports of RFC 3611
                    83 CD 0002 01020304 0A0B0C0D,                             a transport feedback of no known type
                    82 CE 0002 01020304 0A0B0C0D,                             SLI
                    8F CE 0004 01020304 00000000 41424344 00000000,           what an application defines
                    8F CE 0002 01020304 00000000,                             likewise with nothing in it
                    80 C0 0000,                                               the old full intra request
                    9F D0 0000,                                               a type that nobody knows
                    """)
    void passesOverWhatItDoesNotKnow(String unknown, String what) {
        assertThat(walk(unknown + "81 CE 0002 01020304 0A0B0C0D"))
                .as(what)
                .containsExactly("OTHER", "PICTURE_LOSS");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # RFC 3550 §6.1
                    80 C9 0001 01020304  81 CA 0003 01020304 01 02 6162 00000000,  RECEIVER_REPORT SOURCE_DESCRIPTION
                    80 C9 0001 01020304  81 CB 0001 01020304,                      RECEIVER_REPORT BYE
                    # RFC 5506: a report in front is not needed.
                    81 CD 0003 01020304 0A0B0C0D 00010000,                         NACK
                    # Nobody is named; it says nothing, but is well formed (RFC 3550 §6.5, §6.6).
                    80 CA 0000,                                                    SOURCE_DESCRIPTION
                    80 CB 0000,                                                    BYE
                    # Nothing is asked for.
                    81 CD 0002 01020304 0A0B0C0D,                                  NACK
                    84 CE 0002 01020304 00000000,                                  FULL_INTRA
                    """)
    void walksCompoundsOfEverySize(String compound, String kinds) {
        assertThat(String.join(" ", walk(compound))).isEqualTo(kinds);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',                                                empty
                    80 C9 00,                                          less than a header
                    40 C9 0001 01020304,                               version 1
                    C0 C9 0001 01020304,                               version 3
                    80 C9 0002 01020304,                               longer than what there is
                    80 C9 FFFF 01020304,                               much longer
                    80 C9 0000,                                        a report from nobody
                    81 C9 0001 01020304,                               a block that is not there
                    9F C9 0007 01020304 0A0B0C0D 40FFFFFE 0001FFFF 00000037 AABBCCDD 00018000, 31 blocks of which one is there
                    80 C8 0005 01020304 E0000001 80000000 12345678 00000064, half a sender report
                    81 C8 0006 01020304 E0000001 80000000 12345678 00000064 00001388, a sender report whose block is not there
                    82 CB 0001 01020304,                               two say goodbye and one is named
                    9F CB 0000,                                        31 say goodbye and none is named
                    81 CD 0001 01020304,                               a NACK about nothing
                    81 CE 0001 01020304,                               a picture loss of nobody
                    84 CE 0001 01020304,                               a full intra request without media
                    8F CD 0003 01020304 0A0B0C0D 01020001,             half a transport-wide feedback
                    A0 C9 0001 01020300,                               padding of no bytes
                    A0 C9 0001 01020305,                               padding that begins in the header
                    A0 C9 0001 010203FF,                               padding that begins before the packet
                    A0 C9 0001 01020304,                               padding in place of the sender
                    A1 CE 0002 01020304 0A0B0C01,                      padding in the SSRC of the media
                    """)
    void refusesWhatMakesNoSense(String bytes, String what) {
        assertThat(walk(bytes)).as(what).containsExactly("malformed");
    }

    @Test
    void whatFollowsSomethingMalformedIsNotBelieved() {
        assertThat(walk("80 C9 0001 01020304 82 CB 0001 01020304 81 CE 0002 01020304 0A0B0C0D"))
                .containsExactly("RECEIVER_REPORT", "malformed");
        assertThat(reader.next()).isFalse();
        assertThat(reader.isMalformed()).isTrue();
    }

    @Test
    void paddingIsNoPartOfThePacket() {
        startAtFirst("A1 CD 0005 01020304 0A0B0C0D 00640000 00000000 00000008");
        assertThat(reader.nackCount()).isEqualTo(1);

        startAtFirst("A4 CE 0005 01020304 00000000 0A0B0C0D 01000000 00000004");
        assertThat(reader.firCount()).isEqualTo(1);
    }

    @Test
    void aCompoundCutAnywhereGivesOnlyThePacketsThatAreWhole() {
        var whole =
                Packet.of(
                        "81 C8 000C 01020304"
                                + SENDER_INFO
                                + BLOCK
                                + "81 CA 0003 01020304 01 02 6162 00000000"
                                + "81 CD 0003 01020304 0A0B0C0D 00640003"
                                + "8F CE 0005 01020304 00000000 52454D42 010BF02F 0A0B0C0D");
        var ends = List.of(0, 52, 68, 84, 108);
        for (var bytes = 0; bytes <= whole.length(); bytes++) {
            var cut = whole.cut(bytes);
            var kinds = walk(cut);
            var packets = (int) kinds.stream().filter(kind -> !kind.equals("malformed")).count();
            assertThat(ends.get(packets)).as("bytes read of %s", bytes).isLessThanOrEqualTo(bytes);
            assertThat(kinds.contains("malformed"))
                    .as("whether %s bytes are refused", bytes)
                    .isEqualTo(bytes == 0 || !ends.contains(bytes));
        }
    }

    @Test
    void startsAfreshEachTime() {
        walk("40 C9 0001 01020304");
        assertThat(walk("80 C9 0001 01020304")).containsExactly("RECEIVER_REPORT");
    }

    private void startAtFirst(String hex) {
        var packet = Packet.of(hex);
        reader.start(packet.memory(), packet.offset(), packet.length());
        assertThat(reader.next()).as("there is a packet").isTrue();
    }

    private List<String> walk(String hex) {
        return walk(Packet.of(hex));
    }

    private List<String> walk(Packet packet) {
        var kinds = new ArrayList<String>();
        reader.start(packet.memory(), packet.offset(), packet.length());
        while (reader.next()) {
            kinds.add(reader.kind().name());
        }
        if (reader.isMalformed()) {
            kinds.add("malformed");
        }
        return kinds;
    }
}
