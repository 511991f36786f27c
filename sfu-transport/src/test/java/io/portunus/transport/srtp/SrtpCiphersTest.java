// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A native library that is there and of no use keeps nobody from starting the server.
class SrtpCiphersTest {
    private static final String REASON = "why not";

    /// What libraries have been seen to end with, when they were looked at or first used.
    static List<Throwable> failures() {
        return List.of(
                new UnsupportedOperationException(REASON),
                new IllegalStateException(REASON),
                new IllegalCallerException(REASON),
                new ExceptionInInitializerError(new NoSuchElementException(REASON)),
                new UnsatisfiedLinkError(REASON));
    }

    private final List<String> passedOver = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("failures")
    void theNextIsTakenWhereOneIsOfNoUse(Throwable failure) {
        assertThat(choose(SrtpCiphers.BEST, failure).name())
                .as("what media is encrypted by")
                .isEqualTo("jdk");
        assertThat(passedOver)
                .as("what the log says")
                .containsExactly("absent: " + REASON, "refusing: " + REASON);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatWasNamedIsNotReplaced(Throwable failure) {
        for (var name : List.of("absent", "refusing")) {
            assertThatThrownBy(() -> choose(name, failure))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the cipher provider '" + name + "' cannot be used: " + REASON);
        }
    }

    /// Of one that cannot be made, one that fails in its self-test, and one that is good.
    private SrtpCipherProvider choose(String wanted, Throwable failure) {
        var refusing = new JdkCipherProvider();
        var known = new LinkedHashMap<String, Supplier<SrtpCipherProvider>>();
        known.put(
                "absent",
                () -> {
                    throw unchecked(failure);
                });
        known.put("refusing", () -> refusing);
        known.put("jdk", JdkCipherProvider::new);
        return SrtpCiphers.choose(
                known,
                provider -> {
                    if (provider == refusing) {
                        throw unchecked(failure);
                    }
                    return SrtpSelfTest.passes(provider);
                },
                wanted,
                (name, why) -> passedOver.add(name + ": " + why));
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }
}
