// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredTokensTest {
    private final StoredTokens tokens = new StoredTokens();

    @Test
    void aTokenIsGoodFromWhenItIsAddedUntilItIsRemoved() {
        assertThat(tokens.check("a")).isNull();

        assertThat(tokens.add("a", List.of("one"))).containsExactly("one");
        assertThat(tokens.check("a")).isNotNull();
        assertThat(tokens.check("A")).as("another token").isNull();

        assertThat(tokens.remove("a")).isTrue();
        assertThat(tokens.check("a")).as("one that was removed").isNull();
        assertThat(tokens.remove("a")).isFalse();
    }

    @Test
    void itMayAttachToWhatIsAllowedAndNotDisallowed() {
        tokens.add("a", List.of("one"));

        assertThat(tokens.allow("a", List.of("two", "three")))
                .containsExactlyInAnyOrder("one", "two", "three");
        assertThat(tokens.disallow("a", List.of("one", "four")))
                .containsExactlyInAnyOrder("two", "three");

        var grant = Objects.requireNonNull(tokens.check("a"), "refused");
        assertThat(grant.plugins()).isEqualTo(Set.of("two", "three"));
        assertThat(tokens.allow("b", List.of("one"))).as("an unknown token").isNull();
        assertThat(tokens.disallow("b", List.of("one"))).as("an unknown token").isNull();
    }

    @Test
    void addingItAgainChangesNothing() {
        tokens.add("a", List.of("one"));

        assertThat(tokens.add("a", List.of("two"))).containsExactly("one");
    }

    @Test
    void allAreListedInTheirOrder() {
        tokens.add("z", List.of("two", "one"));
        tokens.add("a", List.of());

        assertThat(tokens.list())
                .containsExactly(
                        new StoredTokens.StoredToken("z", Set.of("one", "two")),
                        new StoredTokens.StoredToken("a", Set.of()));
    }

    @Test
    void thereIsAnEndToHowManyAndHowLong() {
        assertThat(tokens.add("x".repeat(StoredTokens.MAX_CHARACTERS + 1), List.of())).isNull();
        assertThat(tokens.add("", List.of())).isNull();
        for (var i = 0; i < StoredTokens.MAX_TOKENS; i++) {
            tokens.add("token " + i, List.of("one"));
        }

        assertThat(tokens.add("one more", List.of())).isNull();
        assertThat(tokens.add("token 5", List.of())).as("one that is there").isNotNull();
    }
}
