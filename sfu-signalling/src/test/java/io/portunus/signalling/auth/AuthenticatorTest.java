// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticatorTest {
    private static final String VIDEO_ROOM = "janus.plugin.videoroom";
    private static final long NOW = 1_780_000_000;

    @Test
    void whereNothingIsSetNothingIsAskedFor() {
        assertThat(Authenticator.open().authenticate(Credentials.NONE)).isEqualTo(Grant.EVERYTHING);
        assertThat(Authenticator.open().authenticate(new Credentials("x", "y")))
                .isEqualTo(Grant.EVERYTHING);
    }

    /// `-` is for what is not given; `plugins` for a grant that ends at the token's plugins.
    @ParameterizedTest(name = "{0} asked for, secret {1} and token {2} given: {3}")
    @CsvSource({
        "secret, -,     -,    refused",
        "secret, right, -,    everything",
        "secret, wrong, -,    refused",
        "secret, '',    -,    refused",
        "secret, right, x,    everything",
        "secret, -,     good, refused",
        "token,  -,     -,    refused",
        "token,  -,     good, plugins",
        "token,  -,     bad,  refused",
        "token,  right, -,    refused",
        "both,   -,     -,    refused",
        "both,   right, -,    everything",
        "both,   wrong, -,    refused",
        "both,   -,     good, plugins",
        "both,   wrong, good, plugins",
        "both,   right, good, plugins",
        "both,   wrong, bad,  refused",
        "both,   right, bad,  nothing",
    })
    void eitherTheSecretOrATokenSuffices(
            String asked, String secret, String token, String expected) {
        var authenticator =
                new Authenticator(
                        new AuthSettings(
                                asked.equals("token") ? "" : "right",
                                !asked.equals("secret"),
                                "",
                                null),
                        () -> NOW);
        var stored = authenticator.storedTokens();
        if (stored != null) {
            stored.add("good", List.of("one"));
        }

        var grant = authenticator.authenticate(new Credentials(given(secret), given(token)));

        switch (expected) {
            case "refused" -> assertThat(grant).as("what it may do").isNull();
            case "everything" -> assertThat(grant).isEqualTo(Grant.EVERYTHING);
            case "plugins" -> assertThat(plugins(grant)).containsExactly("one");
            default -> assertThat(plugins(grant)).as("what it may attach to").isEmpty();
        }
    }

    @Test
    void aSignedTokenIsAskedForInsteadOfAStoredOne() {
        var authenticator =
                new Authenticator(new AuthSettings("", true, "secret", null), () -> NOW);
        var token = Signer.sign("secret", (NOW + 1) + ",janus,one,two");

        assertThat(authenticator.storedTokens()).isNull();
        assertThat(plugins(authenticator.authenticate(new Credentials(null, token))))
                .containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void aRoomsTokenHasToBeForThePluginAndTheRoom() {
        var authenticator =
                new Authenticator(new AuthSettings("", false, "secret", null), () -> NOW);
        var end = NOW + 1;

        assertThat(admits(authenticator, end + "," + VIDEO_ROOM + ",room=5")).isTrue();
        assertThat(admits(authenticator, end + "," + VIDEO_ROOM + ",room=4,room=5")).isTrue();
        assertThat(admits(authenticator, end + "," + VIDEO_ROOM + ",room=50")).isFalse();
        assertThat(admits(authenticator, end + ",janus,room=5")).as("another realm").isFalse();
        assertThat(admits(authenticator, (NOW - 1) + "," + VIDEO_ROOM + ",room=5"))
                .as("one that is over")
                .isFalse();
        assertThat(Authenticator.open().admits("x", VIDEO_ROOM, RoomRole.PUBLISH, "5"))
                .as("where no secret is set, none can be good")
                .isFalse();
    }

    @Test
    void nothingThatALogWouldShowHoldsASecret() {
        var settings = new AuthSettings("hush", true, "hush", null);

        assertThat(settings + " " + new Credentials("hush", "hush")).doesNotContain("hush");
        assertThat(new StoredTokens.StoredToken("hush", Set.of()).toString())
                .doesNotContain("hush");
    }

    private static boolean admits(Authenticator authenticator, String signed) {
        return authenticator.admits(
                Signer.sign("secret", signed), VIDEO_ROOM, RoomRole.SUBSCRIBE, "5");
    }

    private static Set<String> plugins(@Nullable Grant grant) {
        return Objects.requireNonNull(Objects.requireNonNull(grant, "it was refused").plugins());
    }

    private static @Nullable String given(String text) {
        return text.equals("-") ? null : text;
    }
}
