// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.testkit.Packet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtxTest {
    private static final int PAYLOAD_TYPE = 0x60;
    private static final int SSRC = 0x0A0B0C0D;

    private final RtpPacket packet = new RtpPacket();

    /// Retransmission, and the original it must become; the numbers wrap, the marker stays.
    @ParameterizedTest
    @CsvSource({
        "80611234 00000002 99999999 FFFF AABBCC, 8060ffff000000020a0b0c0daabbcc",
        "80E11234 00000002 99999999 0000 AA,     80e00000000000020a0b0c0daa",
        "80611234 00000002 99999999 0001,        80600001000000020a0b0c0d",
        "91611234 00000002 99999999 11111111 BEDE0001 10AA0000 8000 CC,"
                + "91608000000000020a0b0c0d11111111bede000110aa0000cc",
        "A0611234 00000002 99999999 0005 AA 0002, a0600005000000020a0b0c0daa0002"
    })
    void becomesItsOriginalInPlace(String retransmission, String original) {
        var bytes = Packet.of(retransmission);
        packet.wrap(bytes.memory(), bytes.offset(), bytes.length());

        assertThat(Rtx.restore(packet, PAYLOAD_TYPE, SSRC)).isTrue();

        assertThat(packet.offset()).isEqualTo(bytes.offset() + Rtx.OSN_BYTES);
        assertThat(bytes.hex(packet.offset(), packet.sizeBytes())).isEqualTo(original);
    }

    /// Padding that probes for bandwidth repeats nothing.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "806112340000000299999999",
                "806112340000000299999999AA",
                "a06112340000000299999999000000000005",
                "a06112340000000299999999AA000003"
            })
    void leavesAloneWhatRepeatsNothing(String hex) {

        var bytes = Packet.of(hex);
        assertThat(packet.wrap(bytes.memory(), bytes.offset(), bytes.length())).isTrue();
        var before = bytes.hex();

        assertThat(Rtx.restore(packet, PAYLOAD_TYPE, SSRC)).isFalse();

        assertThat(bytes.hex()).isEqualTo(before);
        assertThat(packet.offset()).isEqualTo(bytes.offset());
    }
}
