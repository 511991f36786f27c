// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
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
        var reason = "";
        for (var known : KNOWN.entrySet()) {
            if (!wanted.equals(BEST) && !wanted.equals(known.getKey())) {
                continue;
            }
            try {
                var provider = known.getValue().get();
                if (SrtpSelfTest.passes(provider)) {
                    var name = provider.name() + " for AES-CM with HMAC-SHA1";
                    provider.shortfall().ifPresent(why -> passedOver.accept(name, why));
                    return provider;
                }
                reason = "it fails its self-test";
            } catch (UnsupportedOperationException e) {
                reason = String.valueOf(e.getMessage());
            }
            passedOver.accept(known.getKey(), reason);
        }
        throw new IllegalStateException(
                "the cipher provider '" + wanted + "' cannot be used: " + reason);
    }
}
