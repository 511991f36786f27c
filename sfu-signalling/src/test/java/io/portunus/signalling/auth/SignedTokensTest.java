// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedTokensTest {
    private long now = 1_780_000_000;
    private final SignedTokens tokens = new SignedTokens("verysecret", () -> now);

    @Test
    void theTokenOfAnotherImplementationIsGood() {
        // Made with OpenSSL: printf … | openssl dgst -sha1 -hmac verysecret -binary | base64
        var token =
                "1780000100,janus,janus.plugin.videoroom,janus.plugin.echotest"
                        + ":jSMEZTsIJPqgGVHKFymFeKvGU5E=";

        var grant = Objects.requireNonNull(tokens.check(token), "refused");

        assertThat(grant.plugins())
                .isEqualTo(Set.of("janus.plugin.videoroom", "janus.plugin.echotest"));
    }

    @Test
    void itIsGoodUpToItsLastSecond() {
        var token = Signer.sign("verysecret", now + ",janus,one");

        assertThat(tokens.check(token)).isNotNull();
        now++;
        assertThat(tokens.check(token)).as("one that is over").isNull();
    }

    @Test
    void withoutItemsItMayAttachToNothing() {
        var grant =
                Objects.requireNonNull(
                        tokens.check(Signer.sign("verysecret", now + ",janus")), "refused");

        assertThat(grant.allowsPlugin("one")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",janus,one",
                "soon,janus,one",
                "-1780000100,janus,one",
                "1780000100.5,janus,one",
                "99999999999999999999,janus,one",
                "1780000100",
                "1780000100,janus.plugin.videoroom,one",
                "1780000100,Janus,one",
                "1780000100, janus,one",
            })
    void whatIsRightlySignedButMakesNoSenseIsNotGood(String content) {
        assertThat(tokens.check(Signer.sign("verysecret", content))).isNull();
    }

    @Test
    void anythingElseThanTheExactSignatureIsNotGood() {
        var token = Signer.sign("verysecret", now + ",janus,one");

        assertThat(tokens.check(token.substring(0, token.length() - 1)))
                .as("without its padding")
                .isNull();
        assertThat(tokens.check(token + ":")).as("with two colons").isNull();
        assertThat(tokens.check(token.replace("one", "two"))).as("with other items").isNull();
        assertThat(tokens.check(token.substring(0, token.indexOf(':') + 1)))
                .as("without a signature")
                .isNull();
        assertThat(tokens.check(token.substring(0, token.indexOf(':'))))
                .as("without a colon")
                .isNull();
        assertThat(tokens.check(Signer.sign("other", now + ",janus,one")))
                .as("signed by somebody else")
                .isNull();
        assertThat(tokens.check("x".repeat(1_000_000))).as("a megabyte").isNull();
    }
}
