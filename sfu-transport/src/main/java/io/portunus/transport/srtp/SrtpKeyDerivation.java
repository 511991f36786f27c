// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Makes session keys from master keys (RFC 3711 §4.3, RFC 7714 §11), with a key derivation rate of
/// zero: once, at the start. Pure.
final class SrtpKeyDerivation {
    // RFC 3711 §4.3.2: SRTCP's labels follow SRTP's.
    private static final int CIPHER_LABEL = 0;
    private static final int AUTHENTICATION_LABEL = 1;
    private static final int SALT_LABEL = 2;
    private static final int SRTCP_LABELS = 3;

    private static final int BLOCK_BYTES = 16;

    /// Where the label is mixed into the 112-bit salt: above a 48-bit index that is zero.
    private static final int LABEL_AT = 7;

    private SrtpKeyDerivation() {}

    static SrtpSessionKeys sessionKeys(
            SrtpProfile profile, boolean rtcp, byte[] masterKey, byte[] masterSalt) {
        var first = rtcp ? SRTCP_LABELS : 0;
        return new SrtpSessionKeys(
                profile,
                rtcp,
                derive(masterKey, masterSalt, first + CIPHER_LABEL, profile.keyBytes()),
                derive(
                        masterKey,
                        masterSalt,
                        first + AUTHENTICATION_LABEL,
                        profile.authenticationKeyBytes()),
                derive(masterKey, masterSalt, first + SALT_LABEL, profile.saltBytes()));
    }

    /// The AES counter mode key stream over `label` and salt. A 96-bit salt is filled up with zeros
    /// on the right (RFC 7714 §11).
    static byte[] derive(byte[] masterKey, byte[] masterSalt, int label, int bytes) {
        var iv = Arrays.copyOf(masterSalt, BLOCK_BYTES);
        iv[LABEL_AT] ^= (byte) label;
        try {
            var cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(masterKey, "AES"),
                    new IvParameterSpec(iv));
            return cipher.doFinal(new byte[bytes]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES in counter mode", e);
        }
    }
}
