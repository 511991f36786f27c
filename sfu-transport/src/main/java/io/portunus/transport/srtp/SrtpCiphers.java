// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Chooses the cipher provider of a media loop: the first of those known that is there and gives
/// the known answers on this machine.
public final class SrtpCiphers {
    /// The setting that takes whichever is best.
    public static final String BEST = "best";

    private static final Map<String, Supplier<SrtpCipherProvider>> KNOWN = known();

    private SrtpCiphers() {}

    private static Map<String, Supplier<SrtpCipherProvider>> known() {
        var fastestFirst = new LinkedHashMap<String, Supplier<SrtpCipherProvider>>();
        fastestFirst.put("ipsec-mb", () -> new IpsecMbProvider(withoutIpsecMb()));
        fastestFirst.put("libcrypto", () -> new LibcryptoProvider(new JdkCipherProvider()));
        fastestFirst.put("jdk", JdkCipherProvider::new);
        return fastestFirst;
    }

    private static SrtpCipherProvider withoutIpsecMb() {
        var jdk = new JdkCipherProvider();
        return Libcrypto.whyNot() == null ? new LibcryptoProvider(jdk) : jdk;
    }

    /// The names that [#choose] takes, fastest first.
    public static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /// A provider for one media loop. It takes a few milliseconds to prove itself.
    ///
    /// @param wanted a name, or [#BEST]
    public static SrtpCipherProvider choose(String wanted) {
        return choose(wanted, (_, _) -> {});
    }

    /// The same.
    ///
    /// @param passedOver told the name of each faster one that cannot be used, or not for
    ///   everything, and why
    /// @throws IllegalStateException where the one that is wanted cannot be used
    public static SrtpCipherProvider choose(String wanted, BiConsumer<String, String> passedOver) {
        if (!wanted.equals(BEST) && !KNOWN.containsKey(wanted)) {
            throw new IllegalArgumentException(
                    "there is no cipher provider '" + wanted + "', only " + names());
        }
        return choose(KNOWN, SrtpSelfTest::passes, wanted, passedOver);
    }

    /// @param known those that there are to choose from, fastest first
    /// @param selfTest what each has to pass
    static SrtpCipherProvider choose(
            Map<String, Supplier<SrtpCipherProvider>> known,
            Predicate<SrtpCipherProvider> selfTest,
            String wanted,
            BiConsumer<String, String> passedOver) {
        var reason = "";
        for (var candidate : known.entrySet()) {
            if (!wanted.equals(BEST) && !wanted.equals(candidate.getKey())) {
                continue;
            }
            try {
                var provider = candidate.getValue().get();
                if (selfTest.test(provider)) {
                    var name = provider.name() + " for AES-CM with HMAC-SHA1";
                    provider.shortfall().ifPresent(why -> passedOver.accept(name, why));
                    return provider;
                }
                reason = "it fails its self-test";
            } catch (UnsupportedOperationException
                    | IllegalStateException
                    | IllegalCallerException
                    | LinkageError e) {
                reason = reason(e);
            }
            passedOver.accept(candidate.getKey(), reason);
        }
        throw new IllegalStateException(
                "the cipher provider '" + wanted + "' cannot be used: " + reason);
    }

    /// What is at the bottom of it, in words.
    private static String reason(Throwable e) {
        var cause = e.getCause();
        if (cause != null) {
            return reason(cause);
        }
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }
}
