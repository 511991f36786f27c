// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatagramKindTest {
    /// The ranges of RFC 7983 §7, both ends of each.
    @ParameterizedTest
    @CsvSource({
        "0, STUN", "3, STUN", "4, UNKNOWN", "15, UNKNOWN", "16, UNKNOWN", "19, UNKNOWN",
        "20, DTLS", "63, DTLS", "64, UNKNOWN", "79, UNKNOWN", "80, UNKNOWN", "127, UNKNOWN",
        "128, SRTP", "191, SRTP", "192, UNKNOWN", "255, UNKNOWN"
    })
    void goesByTheFirstByte(int first, DatagramKind kind) {
        assertThat(kindOf(first, 0)).isEqualTo(kind);
    }

    /// RFC 5761 §4: RTCP packet types are 192 to 223, with or without what would be the marker.
    @ParameterizedTest
    @CsvSource({
        "0, SRTP",
        "63, SRTP",
        "96, SRTP",
        "127, SRTP",
        "128, SRTP",
        "191, SRTP",
        "192, SRTCP",
        "200, SRTCP",
        "206, SRTCP",
        "223, SRTCP",
        "224, SRTP",
        "255, SRTP"
    })
    void tellsControlFromMediaByTheSecondByte(int second, DatagramKind kind) {
        assertThat(kindOf(0x80, second)).isEqualTo(kind);
    }

    @Test
    void doesNotReadBehindTheEndOfAShortOne() {
        var nothing = MemorySegment.ofArray(new byte[0]);
        var oneByte = MemorySegment.ofArray(new byte[] {(byte) 0x80});

        assertThat(DatagramKind.of(nothing, 0, 0)).isEqualTo(DatagramKind.UNKNOWN);
        assertThat(DatagramKind.of(oneByte, 0, 1)).isEqualTo(DatagramKind.UNKNOWN);
    }

    private static DatagramKind kindOf(int first, int second) {
        var bytes = new byte[] {99, (byte) first, (byte) second};
        return DatagramKind.of(MemorySegment.ofArray(bytes), 1, 2);
    }
}
