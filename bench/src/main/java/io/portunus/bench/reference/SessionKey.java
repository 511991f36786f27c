// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpProfile;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// One key for both sides: the material that Java takes, and the session key and salt that come of
/// it (RFC 3711 §4.3.1, RFC 7714 §11), which is where the C begins.
final class SessionKey {
    static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;

    /// Key and salt.
    static final int BYTES = PROFILE.keyBytes() + PROFILE.saltBytes();

    private static final int BLOCK_BYTES = 16;
    private static final int LABEL_AT = 7;
    private static final byte SALT_LABEL = 2;

    private final byte[] exported = new byte[SrtpKeyMaterial.bytes(PROFILE)];

    /// @param number different ones give different keys
    SessionKey(int number) {
        for (var i = 0; i < exported.length; i++) {
            exported[i] = (byte) (31 * number + 7 * i);
        }
    }

    /// For the side that is the DTLS client.
    SrtpKeyMaterial material() {
        return new SrtpKeyMaterial(PROFILE, exported);
    }

    /// Of what the DTLS client sends: the session key, and its salt behind it.
    byte[] session() {
        var both = Arrays.copyOf(derive((byte) 0, PROFILE.keyBytes()), BYTES);
        var salt = derive(SALT_LABEL, PROFILE.saltBytes());
        System.arraycopy(salt, 0, both, PROFILE.keyBytes(), salt.length);
        return both;
    }

    private byte[] derive(byte label, int bytes) {
        var saltAt = 2 * PROFILE.keyBytes();
        var salt = Arrays.copyOfRange(exported, saltAt, saltAt + PROFILE.saltBytes());
        var iv = Arrays.copyOf(salt, BLOCK_BYTES);
        iv[LABEL_AT] ^= label;
        try {
            var cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(exported, 0, PROFILE.keyBytes(), "AES"),
                    new IvParameterSpec(iv));
            return cipher.doFinal(new byte[bytes]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES in counter mode", e);
        }
    }
}
