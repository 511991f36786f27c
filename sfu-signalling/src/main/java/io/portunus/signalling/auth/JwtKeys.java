// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys that sign JWTs, each for the one algorithm that its kind has: HS256 for a shared
/// secret, RS256 for RSA, ES256 for a P-256 key. What a token says of its algorithm picks no other
/// one. Immutable.
public final class JwtKeys {
    /// The most keys.
    static final int MAX_KEYS = 32;

    /// RFC 7518 §3.2: no shorter than the hash.
    static final int MIN_SECRET_BYTES = 32;

    /// RFC 7518 §3.3.
    static final int MIN_RSA_BITS = 2_048;

    private final List<Key> keys;

    private JwtKeys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /// One shared secret, for HS256.
    ///
    /// @throws IllegalArgumentException saying what is wrong with it
    public static JwtKeys ofSecret(String secret) {
        return new JwtKeys(List.of(shared(null, Secrets.utf8(secret))));
    }

    /// The keys of a JWK set (RFC 7517). Those that are not for signatures are left out.
    ///
    /// @throws IllegalArgumentException saying what is wrong with it, and nothing of what is in it
    public static JwtKeys ofJwks(String json) {
        var found = new ArrayList<Key>();
        for (var jwk : parse(json).getKeys()) {
            if (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
                found.add(key(jwk));
            }
        }
        if (found.isEmpty() || found.size() > MAX_KEYS) {
            throw new IllegalArgumentException(
                    "a JWK set of " + found.size() + " keys, not 1 to " + MAX_KEYS);
        }
        return new JwtKeys(found);
    }

    /// These keys and those of `other`.
    public JwtKeys and(JwtKeys other) {
        var all = new ArrayList<>(keys);
        all.addAll(other.keys);
        return new JwtKeys(all);
    }

    /// What may verify a token with this header: the keys of its algorithm and, where it names one,
    /// of its key id.
    List<JWSVerifier> verifiers(JWSHeader header) {
        var fitting = new ArrayList<JWSVerifier>();
        for (var key : keys) {
            if (key.algorithm().equals(header.getAlgorithm())
                    && (header.getKeyID() == null || header.getKeyID().equals(key.id()))) {
                fitting.add(key.verifier());
            }
        }
        return fitting;
    }

    private static JWKSet parse(String json) {
        try {
            return JWKSet.parse(json);
        } catch (ParseException _) {
            throw new IllegalArgumentException("not a JWK set");
        }
    }

    private static Key key(JWK jwk) {
        var made =
                switch (jwk) {
                    case OctetSequenceKey octets -> shared(octets.getKeyID(), octets.toByteArray());
                    case RSAKey rsa -> rsa(rsa);
                    case ECKey curve -> curve(curve);
                    default ->
                            throw new IllegalArgumentException(
                                    "a key of the kind "
                                            + jwk.getKeyType()
                                            + ", not oct, RSA or EC");
                };
        if (jwk.getAlgorithm() != null && !jwk.getAlgorithm().equals(made.algorithm())) {
            throw new IllegalArgumentException(
                    "a key for " + jwk.getAlgorithm() + ", not HS256, RS256 or ES256");
        }
        return made;
    }

    private static Key shared(@Nullable String id, byte[] secret) {
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a shared secret of fewer than " + MIN_SECRET_BYTES + " bytes");
        }
        try {
            return new Key(id, JWSAlgorithm.HS256, new MACVerifier(secret));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("an unusable shared secret", e);
        }
    }

    private static Key rsa(RSAKey rsa) {
        if (rsa.size() < MIN_RSA_BITS) {
            throw new IllegalArgumentException(
                    "an RSA key of fewer than " + MIN_RSA_BITS + " bits");
        }
        try {
            var verifier = new RSASSAVerifier(rsa.toRSAPublicKey());
            return new Key(rsa.getKeyID(), JWSAlgorithm.RS256, verifier);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("an unusable RSA key", e);
        }
    }

    private static Key curve(ECKey curve) {
        if (!Curve.P_256.equals(curve.getCurve())) {
            throw new IllegalArgumentException("a key of the curve " + curve.getCurve());
        }
        try {
            var verifier = new ECDSAVerifier(curve.toECPublicKey());
            return new Key(curve.getKeyID(), JWSAlgorithm.ES256, verifier);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("an unusable EC key", e);
        }
    }

    /// @param id by which tokens name it, or null
    private record Key(@Nullable String id, JWSAlgorithm algorithm, JWSVerifier verifier) {}
}
