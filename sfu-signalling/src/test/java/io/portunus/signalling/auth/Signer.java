// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes signed tokens and JWTs, as an application's server does.
public final class Signer {
    private Signer() {}

    /// @param content what stands before the colon
    public static String sign(String secret, String content) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            var signature = mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
            return content + ":" + Base64.getEncoder().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// @param secret of 32 characters at least
    /// @param claims in JSON
    public static String jwt(String secret, String claims) {
        try {
            var jwt = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
            jwt.sign(new MACSigner(secret));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
