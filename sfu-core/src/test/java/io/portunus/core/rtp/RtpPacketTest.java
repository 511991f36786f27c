// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.testkit.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RtpPacketTest {
    private final RtpPacket packet = new RtpPacket();

    @Test
    void readsEveryFieldOfThePlainHeader() {
        assertThat(wrap("80 E0 FFFE 89ABCDEF FEDCBA98 0102")).isTrue();

        assertThat(packet.marker()).isTrue();
        assertThat(packet.payloadType()).isEqualTo(96);
        assertThat(packet.sequenceNumber()).isEqualTo(0xFFFE);
        assertThat(packet.timestamp()).isEqualTo(0x89ABCDEF);
        assertThat(packet.ssrc()).isEqualTo(0xFEDCBA98);
        assertThat(packet.headerBytes()).isEqualTo(12);
        assertThat(packet.payloadBytes()).isEqualTo(2);
        assertThat(packet.extensionBytes()).isZero();
    }

    @Test
    void findsThePayloadBehindCsrcsAndExtensionsAndBeforePadding() {
        assertThat(
                        wrap(
                                "B2 60 0001 00000002 00000003 11111111 22222222"
                                        + "BEDE 0001 10AA0000 CCCCCC 00000003"))
                .isTrue();

        assertThat(packet.csrcCount()).isEqualTo(2);
        assertThat(packet.hasExtensions()).isTrue();
        assertThat(packet.extensionProfile()).isEqualTo(0xBEDE);
        assertThat(packet.extensionOffset() - packet.offset()).isEqualTo(24);
        assertThat(packet.extensionBytes()).isEqualTo(4);
        assertThat(packet.payloadOffset() - packet.offset()).isEqualTo(28);
        assertThat(packet.payloadBytes()).isEqualTo(4);
        assertThat(packet.paddingBytes()).isEqualTo(3);
    }

    @Test
    void acceptsAPacketThatIsAllPadding() {
        assertThat(wrap("A0 60 0001 00000002 00000003 00000004")).isTrue();

        assertThat(packet.payloadBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "80 60 0001 00000002 000000",
                "40 60 0001 00000002 00000003",
                "C0 60 0001 00000002 00000003",
                "81 60 0001 00000002 00000003",
                "8F 60 0001 00000002 00000003 00000000",
                "90 60 0001 00000002 00000003",
                "90 60 0001 00000002 00000003 BEDE00",
                "90 60 0001 00000002 00000003 BEDE0001",
                "90 60 0001 00000002 00000003 BEDEFFFF 00000000",
                "A0 60 0001 00000002 00000003",
                "A0 60 0001 00000002 00000003 00",
                "A0 60 0001 00000002 00000003 02",
                "A0 60 0001 00000002 00000003 FFFFFF"
            })
    void refusesWhatReachesBeyondItsEnd(String hex) {
        wrap("80 60 0007 00000002 00000003");

        assertThat(wrap(hex)).as(hex).isFalse();
        assertThat(packet.sequenceNumber()).as("the view before").isEqualTo(7);
    }

    @Test
    void writesInPlaceAndNothingElse() {
        var bytes = Packet.of("90 60 0001 00000002 00000003 BEDE0000 AABB");
        packet.wrap(bytes.memory(), bytes.offset(), bytes.length());

        packet.markerAndPayloadType(true, 127);
        packet.sequenceNumber(0x1_FFFF);
        packet.timestamp(-1);
        packet.ssrc(0x80000000);

        assertThat(bytes.hex()).isEqualTo("90ffffffffffffff80000000bede0000aabb");
    }

    private boolean wrap(String hex) {
        var bytes = Packet.of(hex);
        return packet.wrap(bytes.memory(), bytes.offset(), bytes.length());
    }
}
