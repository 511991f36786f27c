// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The examples that the RFCs themselves give.
class SrtpVectorsTest {
    private static final String KEY_128 = "000102030405060708090a0b0c0d0e0f";
    private static final String KEY_256 = KEY_128 + "101112131415161718191a1b1c1d1e1f";
    private static final String QUID_PRO_QUO = "517569642070726f2071756f";
    private static final String RTP =
            "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976697361"
                    + "20696e207061727465732074726573";
    private static final String RTCP =
            "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
                    + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    private static final int RTCP_ENCRYPTED = 0x800005d4;
    private static final int RTCP_READABLE = 0x000005d4;

    private final JdkCipherProvider provider = new JdkCipherProvider();

    @Test
    void counterModeKeyStreamIsThatOfRfc3711AppendixB2() {
        var keys =
                new SrtpSessionKeys(
                        SrtpProfile.AES128_CM_HMAC_SHA1_80,
                        false,
                        hex("2B7E151628AED2A6ABF7158809CF4F3C"),
                        new byte[20],
                        hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"));
        // The appendix shows blocks 0 to 2 and FEFF to FF01; as packets may not be that long, the
        // first three are what can be seen from here.
        var packet = MemorySegment.ofArray(new byte[12 + 48 + 10]);
        var job = job(packet, 12, 48, 10);
        job.ssrc = 0;
        job.index = 0;
        provider.cipher(keys).seal(job);
        assertThat(text(packet, 12, 48))
                .isEqualTo(
                        "e03ead0935c95e80e166b16dd92b4eb4"
                                + "d23513162b02d0f72a43a2fe4a5f97ab"
                                + "41e95b3bb0a2e8dd477901e4fca894c0");
    }

    @Test
    void derivesTheKeysOfRfc3711AppendixB3() {
        var key = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        var salt = hex("0EC675AD498AFEEBB6960B3AABE6");
        assertThat(SrtpKeyDerivation.derive(key, salt, 0, 16))
                .isEqualTo(hex("C61E7A93744F39EE10734AFE3FF7A087"));
        assertThat(SrtpKeyDerivation.derive(key, salt, 2, 14))
                .isEqualTo(hex("30CBBC08863D8C85D49DB34A9AE1"));
        assertThat(SrtpKeyDerivation.derive(key, salt, 1, 94))
                .isEqualTo(
                        hex(
                                "CEBE321F6FF7716B6FD4AB49AF256A15"
                                        + "6D38BAA48F0A0ACF3C34E2359E6CDBCE"
                                        + "E049646C43D9327AD175578EF7227098"
                                        + "6371C10C9A369AC2F94A8C5FBCDDDC25"
                                        + "6D6E919A48B610EF17C2041E47403576"
                                        + "6B68642C59BBFC2F34DB60DBDFB2"));
    }

    @ParameterizedTest
    @CsvSource({
        "AEAD_AES_128_GCM, 8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd5"
                + "0d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
        "AEAD_AES_256_GCM, 8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab1801238"
                + "9a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13"
    })
    void gcmEncryptsAndDecryptsRtpAsInRfc7714Section16(SrtpProfile profile, String expected) {
        sealsAndOpens(profile, false, RTP, 12, 0xf17b, 0, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "AEAD_AES_128_GCM, 22493f82d2bce397e9d79e3b19aa4216",
    })
    void gcmOnlyTagsRtpAsInRfc7714Section16(SrtpProfile profile, String tag) {
        sealsAndOpens(profile, false, RTP, RTP.length() / 2, 0xf17b, 0, RTP + tag);
    }

    @ParameterizedTest
    @CsvSource({
        "AEAD_AES_128_GCM, 81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32d"
                + "c676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade",
        "AEAD_AES_256_GCM, 81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50"
                + "a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be"
    })
    void gcmEncryptsAndDecryptsRtcpAsInRfc7714Section17(SrtpProfile profile, String expected) {
        sealsAndOpens(profile, true, RTCP, 8, 0x5d4, RTCP_ENCRYPTED, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "AEAD_AES_128_GCM, 841dd9683dd78ec92ae58790125f62b3",
        "AEAD_AES_256_GCM, 91db4afbfeee5a978fab4393ed2615fe"
    })
    void gcmOnlyTagsRtcpAsInRfc7714Section17(SrtpProfile profile, String tag) {
        sealsAndOpens(profile, true, RTCP, RTCP.length() / 2, 0x5d4, RTCP_READABLE, RTCP + tag);
    }

    private void sealsAndOpens(
            SrtpProfile profile,
            boolean rtcp,
            String plain,
            int headerBytes,
            long index,
            int trailer,
            String expected) {
        var keys =
                new SrtpSessionKeys(
                        profile,
                        rtcp,
                        hex(profile == SrtpProfile.AEAD_AES_128_GCM ? KEY_128 : KEY_256),
                        new byte[0],
                        hex(QUID_PRO_QUO));
        try (var arena = Arena.ofConfined();
                var cipher = provider.cipher(keys)) {
            var bytes = plain.length() / 2;
            var packet = arena.allocate(expected.length() / 2);
            packet.copyFrom(MemorySegment.ofArray(hex(plain)));
            var job = job(packet, headerBytes, bytes - headerBytes, 16);
            job.ssrc = packet.get(ValueLayout.JAVA_INT_UNALIGNED, rtcp ? 4 : 8);
            job.ssrc = Integer.reverseBytes(job.ssrc);
            job.index = index;
            job.trailer = trailer;
            cipher.seal(job);
            assertThat(text(packet, 0, expected.length() / 2)).isEqualTo(expected);
            assertThat(cipher.open(job)).isTrue();
            assertThat(text(packet, 0, bytes)).isEqualTo(plain);
        }
    }

    private static SrtpJob job(
            MemorySegment packet, int headerBytes, int payloadBytes, int tagBytes) {
        var job = new SrtpJob();
        job.packet = packet;
        job.headerBytes = headerBytes;
        job.input = packet;
        job.inputOffset = headerBytes;
        job.output = packet;
        job.outputOffset = headerBytes;
        job.payloadBytes = payloadBytes;
        job.tagOffset = packet.byteSize() - tagBytes;
        return job;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static String text(MemorySegment memory, long offset, int length) {
        return HexFormat.of()
                .formatHex(
                        Arrays.copyOf(
                                memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE),
                                length));
    }
}
