// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Compares and signs with secrets in a time that tells nothing of them. Stateless.
public final class Secrets {
    private Secrets() {}

    public static boolean equal(String given, String expected) {
        return MessageDigest.isEqual(utf8(given), utf8(expected));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(utf8(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 does not work here", e);
        }
    }

    /// @param algorithm one that every JDK has, such as `HmacSHA1`
    static byte[] mac(String algorithm, byte[] key, String text) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(utf8(text));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(algorithm + " does not work here", e);
        }
    }
}
