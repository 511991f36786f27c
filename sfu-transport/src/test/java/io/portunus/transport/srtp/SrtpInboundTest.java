// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SrtpInboundTest {
    private final SrtpPair pair = new SrtpPair(SrtpProfile.AEAD_AES_128_GCM, 1);

    @AfterEach
    void close() {
        pair.close();
    }

    @ParameterizedTest
    @CsvSource({
        // highest, sequence number, expected
        "-1, 65535, 65535",
        "0, 65535, 65535",
        "32767, 65535, 65535",
        "32768, 0, 0",
        "32769, 0, 65536",
        "65535, 0, 65536",
        "65535, 32767, 32767",
        "65534, 32766, 32766",
        "65535, 32766, 98302",
        "65536, 65535, 65535",
        "65536, 32768, 98304",
        "65536, 32769, 32769",
        "98303, 65535, 131071",
        "98304, 65535, 131071",
        "98304, 32768, 98304",
        "131071, 0, 131072",
        "131072, 65535, 131071",
    })
    void guessesTheRollOverCounterFromEitherSideOfAWrap(
            long highest, int sequenceNumber, long expected) {
        assertThat(SrtpInbound.estimateIndex(highest, sequenceNumber)).isEqualTo(expected);
    }

    @Test
    void afterTheLastIndexOfAllComesNothingThatCouldBeTakenForFresh() {
        var last = 0xFFFF_FFFF_FFFFL;
        assertThat(SrtpInbound.estimateIndex(last, 0)).isLessThan(last);
    }

    @Test
    void packetsAroundAWrapAreTakenInAnyOrder() {
        receives(0x7000, 0xFFF0, 0x1_0005, 0xFFFF, 0x1_0000, 0xFFFE, 0x1_0004);
    }

    @Test
    void aPacketOlderThanTheWindowIsRefusedThoughItWasNeverSeen() {
        receives(10, 10 + SrtpInbound.RTP_WINDOW, 11);
        assertThat(pair.unprotectRtp(protectedPacket(1, 10))).isEmpty();
        assertThat(pair.inbound.refusal()).isEqualTo(Fate.REPLAYED);
    }

    @Test
    void aForgedPacketDoesNotMoveTheWindow() {
        receives(10);
        var forged = protectedPacket(1, 30_000);
        forged[40] ^= 1;
        assertThat(pair.unprotectRtp(forged)).isEmpty();
        assertThat(pair.inbound.refusal()).isEqualTo(Fate.NOT_AUTHENTIC);
        receives(11, 9);
    }

    @Test
    void forgedPacketsOfManySsrcsTakeNoRoom() {
        for (var ssrc = 0; ssrc < 2 * SrtpInbound.MAX_SSRCS; ssrc++) {
            var forged = protectedPacket(ssrc, 10);
            forged[40] ^= 1;
            assertThat(pair.unprotectRtp(forged)).isEmpty();
        }
        receives(10);
    }

    @Test
    void aClientMayUseOnlySoManySsrcs() {
        for (var ssrc = 0; ssrc < SrtpInbound.MAX_SSRCS; ssrc++) {
            assertThat(pair.unprotectRtp(protectedPacket(ssrc, 10))).isNotEmpty();
        }
        assertThat(pair.unprotectRtp(protectedPacket(-1, 10))).isEmpty();
        assertThat(pair.inbound.refusal()).isEqualTo(Fate.TOO_MANY_STREAMS);
        receives(11);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void everyTruncationIsRefused(SrtpProfile profile) {
        try (var pair = new SrtpPair(profile, 2)) {
            var packet = pair.protectRtp(SrtpPair.rtp(1, 10, 20), 10);
            var report = pair.protectRtcp(SrtpPair.rtcp(1, 6));
            for (var length = 0; length < packet.length; length++) {
                assertThat(pair.unprotectRtp(Arrays.copyOf(packet, length))).isEmpty();
            }
            for (var length = 0; length < report.length; length++) {
                assertThat(pair.unprotectRtcp(Arrays.copyOf(report, length))).isEmpty();
            }
        }
    }

    @Test
    void anExtensionThatReachesBeyondTheEndIsMalformed() {
        var packet = protectedPacket(1, 10);
        packet[0] |= 0x10;
        packet[14] = 0x7F;
        assertThat(pair.unprotectRtp(packet)).isEmpty();
        assertThat(pair.inbound.refusal()).isEqualTo(Fate.SRTP_MALFORMED);
    }

    @Test
    void headerExtensionsAndSourcesStayReadable() {
        var plain = SrtpPair.rtp(1, 10, 100);
        plain[0] = (byte) 0x92;
        plain[12 + 8] = (byte) 0xBE;
        plain[12 + 9] = (byte) 0xDE;
        plain[12 + 10] = 0;
        plain[12 + 11] = 2;
        var header = 12 + 8 + 4 + 8;
        copyIn(plain);
        var length =
                pair.outbound.protectRtp(
                        pair.wire, 0, header, pair.wire, header, plain.length - header, 10);
        var packet = pair.wire.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        assertThat(Arrays.copyOf(packet, header)).isEqualTo(Arrays.copyOf(plain, header));
        assertThat(pair.unprotectRtp(packet)).isEqualTo(plain);
    }

    private void copyIn(byte[] plain) {
        MemorySegment.copy(plain, 0, pair.wire, ValueLayout.JAVA_BYTE, 0, plain.length);
    }

    @Test
    void aByteIdenticalRetransmissionCanBeProtectedAtOnce() {
        var plain = SrtpPair.rtp(1, 10, 100);
        assertThat(pair.protectRtp(plain, 10)).isEqualTo(pair.protectRtp(plain, 10));
        receives(11);
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 1_024})
    void theWindowRemembersExactlyWhatItHasSeen(int size) {
        var random = new SplittableRandom(size);
        var window = new ReplayWindow(size);
        var seen = new BitSet();
        var highest = -1L;
        for (var i = 0; i < 100_000; i++) {
            var reach = random.nextInt(50) == 0 ? 3 * size : size / 8;
            var index = Math.max(0, highest + random.nextInt(-size - 20, reach));
            var fresh = index > highest || (highest - index < size && !seen.get((int) index));
            assertThat(window.isFresh(index)).as("%d below %d", index, highest).isEqualTo(fresh);
            if (fresh && random.nextInt(3) > 0) {
                window.accept(index);
                seen.set((int) index);
                highest = Math.max(highest, index);
            }
        }
    }

    @Test
    void aProviderThatPassesItsSelfTestIsChosen() {
        assertThat(SrtpCiphers.choose(SrtpCiphers.BEST).name()).isIn(SrtpCiphers.names());
        assertThat(SrtpCiphers.choose("jdk").name()).isEqualTo("jdk");
    }

    private void receives(long... indexes) {
        for (var index : indexes) {
            assertThat(pair.unprotectRtp(protectedPacket(1, index)))
                    .as("packet %x", index)
                    .isEqualTo(SrtpPair.rtp(1, index, 50));
        }
    }

    private byte[] protectedPacket(int ssrc, long index) {
        return pair.protectRtp(SrtpPair.rtp(ssrc, index, 50), index);
    }
}
