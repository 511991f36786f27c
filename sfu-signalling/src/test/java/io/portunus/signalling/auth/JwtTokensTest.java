// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtTokensTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long NOW = 1_780_000_000;
    private static final RSAKey RSA = rsa(2_048);
    private static final ECKey CURVE = curve(Curve.P_256);

    private long now = NOW;
    private final JwtTokens tokens = tokens(JwtKeys.ofSecret(SECRET), "", "");

    @Test
    void theTokenOfAnotherImplementationIsReadAsItIsMeant() {
        // HS256, made with Python's hmac.
        var grant =
                tokens.check(
                        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOiAxNzgwMDAwMDYwLCAibmJmI"
                                + "jogMTc4MDAwMDAwMCwgInBsdWdpbiI6ICJqYW51cy5wbHVnaW4udmlkZW9yb29tIiwgInJ"
                                + "vb20iOiAxMjM0LCAicm9vbXMiOiBbImxvYmJ5Il0sICJyb2xlIjogWyJzdWJzY3JpYmUiL"
                                + "CAibW9kZXJhdGUiXX0.Idiwo8E5OdE32txYetKUzl8Ss8chN2zaw9y4Cob9g48");

        assertThat(grant)
                .isEqualTo(
                        new Grant(
                                Set.of("janus.plugin.videoroom"),
                                Set.of("1234", "lobby"),
                                EnumSet.of(RoomRole.SUBSCRIBE, RoomRole.MODERATE)));
    }

    @Test
    void withoutLimitsOneMayPublishAndSubscribeAnywhereButNotModerate() {
        var grant =
                Objects.requireNonNull(
                        tokens.check(shared("{\"exp\":" + (NOW + 60) + "}")), "refused");

        assertThat(grant.allowsPlugin("any")).isTrue();
        assertThat(grant.allows(RoomRole.PUBLISH, "1")).isTrue();
        assertThat(grant.allows(RoomRole.SUBSCRIBE, "1")).isTrue();
        assertThat(grant.allows(RoomRole.MODERATE, "1")).isFalse();
    }

    @Test
    void eachKindOfKeyHasItsAlgorithm() throws JOSEException {
        var keys = JwtKeys.ofJwks(new JWKSet(List.of(RSA, CURVE)).toString(true));
        var all = tokens(keys.and(JwtKeys.ofSecret(SECRET)), "", "");
        var claims = "{\"exp\":" + (NOW + 60) + "}";

        assertThat(all.check(shared(claims))).as("HS256").isNotNull();
        assertThat(all.check(sign(JWSAlgorithm.RS256, null, new RSASSASigner(RSA), claims)))
                .as("RS256")
                .isNotNull();
        assertThat(all.check(sign(JWSAlgorithm.ES256, null, new ECDSASigner(CURVE), claims)))
                .as("ES256")
                .isNotNull();
        assertThat(all.check(sign(JWSAlgorithm.RS512, null, new RSASSASigner(RSA), claims)))
                .as("an algorithm that is none of ours")
                .isNull();
        assertThat(all.check(sign(JWSAlgorithm.RS256, null, new RSASSASigner(rsa(2_048)), claims)))
                .as("a stranger's key")
                .isNull();
    }

    @Test
    void aPublicKeyIsNoSharedSecret() throws JOSEException {
        // The attack that takes what everybody knows as the secret of HS256.
        var known = RSA.toRSAPublicKey().getEncoded();
        var claims = "{\"exp\":" + (NOW + 60) + "}";
        var forged = sign(JWSAlgorithm.HS256, null, new MACSigner(known), claims);
        var open = tokens(JwtKeys.ofJwks(new JWKSet(RSA).toString(true)), "", "");

        assertThat(open.check(forged)).isNull();
    }

    @Test
    void aKeyThatIsNamedIsTheOnlyOneThatCounts() throws JOSEException {
        var first = octets("first", SECRET);
        var keys = JwtKeys.ofJwks(new JWKSet(List.of(first)).toString(false));
        var claims = "{\"exp\":" + (NOW + 60) + "}";
        var signer = new MACSigner(SECRET);

        assertThat(tokens(keys, "", "").check(sign(JWSAlgorithm.HS256, "first", signer, claims)))
                .isNotNull();
        assertThat(tokens(keys, "", "").check(sign(JWSAlgorithm.HS256, "second", signer, claims)))
                .as("signed by another key of that name")
                .isNull();
    }

    @Test
    void itCountsFromItsBeginningToItsEnd() {
        var token = shared("{\"nbf\":" + (NOW + 100) + ",\"exp\":" + (NOW + 200) + "}");

        assertThat(good(token, NOW + 94)).as("too early, even for a clock that is off").isFalse();
        assertThat(good(token, NOW + 95)).as("within the leeway").isTrue();
        assertThat(good(token, NOW + 200)).isTrue();
        assertThat(good(token, NOW + 204)).as("within the leeway").isTrue();
        assertThat(good(token, NOW + 205)).as("over").isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"exp\":\"tomorrow\"}",
                "{\"exp\":null}",
                "{\"exp\":1780000060,\"role\":\"owner\"}",
                "{\"exp\":1780000060,\"role\":\"Publish\"}",
                "{\"exp\":1780000060,\"role\":7}",
                "{\"exp\":1780000060,\"room\":1.5}",
                "{\"exp\":1780000060,\"room\":null}",
                "{\"exp\":1780000060,\"rooms\":[[1]]}",
                "{\"exp\":1780000060,\"rooms\":{}}",
                "{\"exp\":1780000060,\"plugin\":[null]}",
                "{\"exp\":1780000060,\"nbf\":\"x\"}",
                "[]",
                "5",
                ""
            })
    void claimsThatMakeNoSenseMakeItWorthless(String claims) {
        assertThat(tokens.check(shared(claims))).isNull();
    }

    @Test
    void emptyListsAllowNothing() {
        var grant =
                tokens.check(shared("{\"exp\":1780000060,\"rooms\":[],\"plugin\":[],\"role\":[]}"));

        assertThat(grant).isEqualTo(new Grant(Set.of(), Set.of(), Set.of()));
    }

    @Test
    void issuerAndAudienceCountWhereTheyAreSet() {
        var strict = tokens(JwtKeys.ofSecret(SECRET), "us", "portunus");

        assertThat(
                        strict.check(
                                shared(
                                        "{\"exp\":1780000060,\"iss\":\"us\","
                                                + "\"aud\":[\"x\",\"portunus\"]}")))
                .isNotNull();
        assertThat(strict.check(shared("{\"exp\":1780000060,\"aud\":\"portunus\"}")))
                .as("without an issuer")
                .isNull();
        assertThat(strict.check(shared("{\"exp\":1780000060,\"iss\":\"us\"}")))
                .as("without an audience")
                .isNull();
    }

    @Test
    void noneIsNoAlgorithm() {
        var header = base64("{\"alg\":\"none\"}");
        var claims = base64("{\"exp\":1780000060}");

        assertThat(tokens.check(header + "." + claims + ".")).isNull();
        assertThat(tokens.check(header + "." + claims + "." + base64("x"))).isNull();
    }

    @Test
    void extensionsThatMustBeUnderstoodAreNot() throws JOSEException {
        var header =
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .criticalParams(Set.of("exp"))
                        .customParam("exp", 1)
                        .build();
        var jwt = new JWSObject(header, new Payload("{\"exp\":1780000060}"));
        jwt.sign(new MACSigner(SECRET));

        assertThat(tokens.check(jwt.serialize())).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "....", "ey.ey.ey", "\u0000.\u0000.x"})
    void whatIsNoTokenIsRefused(String text) {
        assertThat(tokens.check(text)).isNull();
    }

    @Test
    void aChangedTokenIsRefusedWhereverItIsChanged() {
        var token = shared("{\"exp\":1780000060,\"room\":1}");
        for (var i = 0; i < token.length() - 1; i++) {
            var other = token.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(tokens.check(token.substring(0, i) + other + token.substring(i + 1)))
                    .as("changed at %d", i)
                    .isNull();
        }
        assertThat(tokens.check(token + "x".repeat(JwtTokens.MAX_CHARACTERS))).isNull();
    }

    @Test
    void otherKeysMakeForgetWhatWasGood() {
        var token = shared("{\"exp\":1780000060}");
        assertThat(tokens.check(token)).isNotNull();

        tokens.keys(JwtKeys.ofSecret(SECRET.replace('0', '1')));

        assertThat(tokens.check(token)).isNull();
    }

    @Test
    void keysThatAreTooWeakOrOfNoUseStopTheStart() {
        assertThatThrownBy(() -> JwtKeys.ofSecret("short"))
                .hasMessageContaining("fewer than 32 bytes");
        assertThatThrownBy(() -> JwtKeys.ofJwks("{}")).hasMessageContaining("not a JWK set");
        assertThatThrownBy(() -> JwtKeys.ofJwks("{\"keys\":[]}")).hasMessageContaining("0 keys");
        assertThatThrownBy(() -> JwtKeys.ofJwks(new JWKSet(rsa(1_024)).toString(true)))
                .hasMessageContaining("fewer than 2048 bits");
        assertThatThrownBy(() -> JwtKeys.ofJwks(new JWKSet(curve(Curve.P_384)).toString(true)))
                .hasMessageContaining("P-384");
    }

    private boolean good(String token, long at) {
        now = at;
        return tokens.check(token) != null;
    }

    private JwtTokens tokens(JwtKeys keys, String issuer, String audience) {
        return new JwtTokens(new JwtSettings(keys, issuer, audience, 5), () -> now);
    }

    private static String shared(String claims) {
        try {
            return sign(JWSAlgorithm.HS256, null, new MACSigner(SECRET), claims);
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String sign(
            JWSAlgorithm algorithm, @Nullable String key, JWSSigner signer, String claims)
            throws JOSEException {
        var header = new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key).build();
        var jwt = new JWSObject(header, new Payload(claims));
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static OctetSequenceKey octets(String id, String secret) {
        return new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8))
                .keyID(id)
                .build();
    }

    private static RSAKey rsa(int bits) {
        try {
            return new RSAKeyGenerator(bits, true).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static ECKey curve(Curve curve) {
        try {
            return new ECKeyGenerator(curve).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
