// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Proves to a receiver that a message comes from somebody who knows the shared secret, and is
/// whole: HMAC-SHA256 (RFC 2104) over the body.
final class Signature {
    static final String HEADER = "X-Portunus-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /// The header's value: `sha256=` and the code in hexadecimal.
    static String of(String secret, byte[] body) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
