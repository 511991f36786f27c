// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Checks JWTs (RFC 7519): signed by one of our keys, with an end, and saying what they are for.
/// Those found good are remembered, because a client sends the same one with each request. Confined
/// to the signalling loop.
final class JwtTokens {
    /// The longest token, in characters.
    static final int MAX_CHARACTERS = 8_192;

    private static final int MAX_REMEMBERED = 4_096;

    private final LongSupplier epochSeconds;
    private final SequencedMap<String, Good> remembered = new LinkedHashMap<>();
    private JwtSettings settings;

    JwtTokens(JwtSettings settings, LongSupplier epochSeconds) {
        this.settings = settings;
        this.epochSeconds = epochSeconds;
    }

    /// From now on these keys count and no other.
    void keys(JwtKeys keys) {
        settings =
                new JwtSettings(
                        keys, settings.issuer(), settings.audience(), settings.leewaySeconds());
        remembered.clear();
    }

    /// What the bearer may do; null where the token is not good now.
    @Nullable Grant check(String token) {
        if (token.length() > MAX_CHARACTERS) {
            return null;
        }
        var name = HexFormat.of().formatHex(Secrets.sha256(token));
        var good = remembered.get(name);
        if (good == null) {
            good = verify(token);
            if (good == null) {
                return null;
            }
            remember(name, good);
        }
        var now = epochSeconds.getAsLong();
        if (now >= good.endsAtSeconds() + settings.leewaySeconds()) {
            remembered.remove(name);
            return null;
        }
        return now + settings.leewaySeconds() < good.beginsAtSeconds() ? null : good.grant();
    }

    private void remember(String name, Good good) {
        if (remembered.size() >= MAX_REMEMBERED) {
            remembered.pollFirstEntry();
        }
        remembered.put(name, good);
    }

    private @Nullable Good verify(String token) {
        try {
            var jwt = SignedJWT.parse(token);
            if (!isSigned(jwt)) {
                return null;
            }
            var claims = jwt.getJWTClaimsSet();
            return isForUs(claims) ? good(claims) : null;
        } catch (ParseException | JOSEException | IllegalArgumentException _) {
            // Whatever a stranger has made up, it is not a token.
            return null;
        }
    }

    /// RFC 7515 §4.1.11: extensions that must be understood are not understood.
    private boolean isSigned(SignedJWT jwt) throws JOSEException {
        var critical = jwt.getHeader().getCriticalParams();
        if (critical != null && !critical.isEmpty()) {
            return false;
        }
        for (var verifier : settings.keys().verifiers(jwt.getHeader())) {
            if (jwt.verify(verifier)) {
                return true;
            }
        }
        return false;
    }

    private boolean isForUs(JWTClaimsSet claims) {
        return (settings.issuer().isEmpty() || settings.issuer().equals(claims.getIssuer()))
                && (settings.audience().isEmpty()
                        || claims.getAudience().contains(settings.audience()));
    }

    private static @Nullable Good good(JWTClaimsSet claims) {
        var ends = claims.getExpirationTime();
        var grant = JwtClaims.grant(claims.getClaims());
        if (ends == null || grant == null) {
            return null;
        }
        var begins = claims.getNotBeforeTime();
        return new Good(
                grant,
                begins == null ? Long.MIN_VALUE : begins.toInstant().getEpochSecond(),
                ends.toInstant().getEpochSecond());
    }

    private record Good(Grant grant, long beginsAtSeconds, long endsAtSeconds) {}
}
