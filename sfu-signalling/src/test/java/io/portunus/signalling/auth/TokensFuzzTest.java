// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import static io.portunus.core.testkit.FuzzTarget.require;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.portunus.core.testkit.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each line as a token, and as what an application's server has signed in either form: nobody gets
/// in without a signature, whatever was signed gives no more than it says, and nothing for longer.
class TokensFuzzTest {
    private static final int MUTATIONS = 4_000;
    private static final int MAX_LINES = 16;
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long NOW = 1_780_000_000;
    private static final long NEVER = Long.MAX_VALUE / 4;

    @Test
    void noTokenGivesMoreThanWasSigned() {
        FuzzTarget.replayTexts(
                TokensFuzzTest.class, "tokens", MUTATIONS, TokensFuzzTest::fuzzerTestOneInput);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget.bounded(input, bytes -> check(new String(bytes, StandardCharsets.UTF_8)));
    }

    private static void check(String text) {
        var clock = new long[] {NOW};
        var jwt = new JwtSettings(JwtKeys.ofSecret(SECRET), "", "", 0);
        var gate = new Authenticator(new AuthSettings("", false, SECRET, jwt), () -> clock[0]);
        var lines = text.lines().limit(MAX_LINES).toList();
        for (var line : lines) {
            clock[0] = NOW;
            require(
                    grant(gate, line) == null || isSigned(line),
                    () -> "let in without a signature: " + line);
            signed(gate, clock, line);
            claimed(gate, clock, line);
        }
    }

    /// `EXPIRY,REALM,ITEM,…` with our signature behind it.
    private static void signed(Authenticator gate, long[] clock, String content) {
        var token = Signer.sign(SECRET, content);
        var grant = grant(gate, token);
        var items = List.of(content.split(",", -1));
        if (grant != null) {
            require(
                    items.get(1).equals("janus") && Long.parseLong(items.getFirst()) >= NOW,
                    () -> "let in, of another realm or too late: " + content);
            require(
                    Set.copyOf(items.subList(2, items.size())).equals(grant.plugins()),
                    () -> "other plugins than were signed: " + content);
            refused(gate, token);
        }
        clock[0] = NEVER;
        require(grant(gate, token) == null, () -> "let in for ever: " + content);
        clock[0] = NOW;
    }

    /// A JWT that says `claims`.
    private static void claimed(Authenticator gate, long[] clock, String claims) {
        var token = Signer.jwt(SECRET, claims);
        var grant = grant(gate, token);
        require(
                Objects.equals(grant, grant(gate, token)),
                () -> "another answer to the same token: " + claims);
        if (grant == null) {
            return;
        }
        var said = claims(token);
        var end = said.get("exp");
        require(end instanceof Number at && at.longValue() > NOW, () -> "too late: " + claims);
        require(
                (grant.plugins() == null) == !said.containsKey("plugin"),
                () -> "a limit to plugins was lost: " + claims);
        require(
                (grant.rooms() == null) == !(said.containsKey("room") || said.containsKey("rooms")),
                () -> "a limit to rooms was lost: " + claims);
        require(
                grant.roles().stream().noneMatch(RoomRole.MODERATE::equals)
                        || claims.contains("role"),
                () -> "a moderator of whom nobody said so: " + claims);
        refused(gate, token);
        clock[0] = NEVER;
        require(grant(gate, token) == null, () -> "let in for ever: " + claims);
        clock[0] = NOW;
    }

    /// With another signature, or none.
    private static void refused(Authenticator gate, String token) {
        var mark = Math.max(token.lastIndexOf(':'), token.lastIndexOf('.')) + 1;
        var first = token.charAt(mark) == 'A' ? 'B' : 'A';
        var forged = token.substring(0, mark) + first + token.substring(mark + 1);
        require(grant(gate, forged) == null, () -> "let in by a forged signature: " + forged);
        require(
                grant(gate, token.substring(0, mark)) == null,
                () -> "let in by no signature: " + token);
    }

    private static @Nullable Grant grant(Authenticator gate, String token) {
        return gate.authenticate(new Credentials(null, token));
    }

    private static boolean isSigned(String token) {
        var colon = token.indexOf(':');
        if (colon >= 0 && token.equals(Signer.sign(SECRET, token.substring(0, colon)))) {
            return true;
        }
        try {
            var verifier = new MACVerifier(SECRET.getBytes(StandardCharsets.UTF_8));
            return SignedJWT.parse(token).verify(verifier);
        } catch (ParseException | JOSEException _) {
            return false;
        }
    }

    private static Map<String, Object> claims(String token) {
        try {
            return SignedJWT.parse(token).getPayload().toJSONObject();
        } catch (ParseException e) {
            throw new AssertionError("let in although it is no JWT", e);
        }
    }
}
