// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HmacSha1Test {
    private final Sha1 sha1 = new Sha1();
    private final Random random = new Random(2);

    /// RFC 2202 §3, cases 1, 2, 3 and 6.
    @Test
    void givesTheCodesOfTheStandard() {
        assertThat(code(filled(20, 0x0B), ascii("Hi There")))
                .isEqualTo("b617318655057264e28bc0b6fb378c8ef146be00");
        assertThat(code(ascii("Jefe"), ascii("what do ya want for nothing?")))
                .isEqualTo("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assertThat(code(filled(20, 0xAA), filled(50, 0xDD)))
                .isEqualTo("125d7342b9ac11cd91a39af48aa17b4f63f175d3");
        var text = ascii("Test Using Larger Than Block-Size Key - Hash Key First");
        assertThat(code(filled(80, 0xAA), text))
                .isEqualTo("aa4ae5e15272d00e95705637ce8a3b55ed402112");
    }

    @Test
    void givesWhatTheJdkGivesForMessagesAndKeysOfEveryLength() throws Exception {
        var jdk = Mac.getInstance("HmacSHA1");
        for (var length = 0; length < 400; length++) {
            var key = bytes(1 + random.nextInt(150));
            var message = bytes(length);
            jdk.init(new SecretKeySpec(key, "HmacSHA1"));
            assertThat(code(key, message))
                    .as("%d bytes under a key of %d", length, key.length)
                    .isEqualTo(HexFormat.of().formatHex(jdk.doFinal(message)));
        }
    }

    @Test
    void digestsWhatTheJdkDigests() throws Exception {
        var jdk = MessageDigest.getInstance("SHA-1");
        for (var length = 0; length < 400; length++) {
            var message = bytes(length);
            var digest = new byte[Sha1.DIGEST_BYTES];
            sha1.digest(message, length, digest);
            assertThat(digest).as("%d bytes", length).isEqualTo(jdk.digest(message));
        }
    }

    private String code(byte[] key, byte[] message) {
        var code = new byte[HmacSha1.BYTES];
        new HmacSha1(key).compute(sha1, message, message.length, code);
        return HexFormat.of().formatHex(code);
    }

    private byte[] bytes(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
