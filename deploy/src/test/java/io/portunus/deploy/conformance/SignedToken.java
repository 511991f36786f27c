// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tokens as Janus has them signed: `EXPIRY,REALM,ITEM…:SIGNATURE`. Stateless.
final class SignedToken {
    /// How long a good one lasts, in seconds.
    private static final int LIFE = 600;

    private SignedToken() {}

    /// Signs what a token says.
    static String of(String secret, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            var signature = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return text + ":" + Base64.getEncoder().encodeToString(signature);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    /// One that is good for a while.
    ///
    /// @param claims the realm and what is in it, such as `janus,janus.plugin.videoroom`
    static String good(String secret, String claims) {
        return of(secret, Instant.now().getEpochSecond() + LIFE + "," + claims);
    }

    /// One that was good until a while ago.
    static String expired(String secret, String claims) {
        return of(secret, Instant.now().getEpochSecond() - LIFE + "," + claims);
    }
}
