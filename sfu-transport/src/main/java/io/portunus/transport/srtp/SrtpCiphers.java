// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Chooses the cipher provider of a media loop: the first of those known that gives the known
/// answers on this machine.
public final class SrtpCiphers {
    /// The setting that takes whichever is best.
    public static final String BEST = "best";

    private static final Map<String, Supplier<SrtpCipherProvider>> KNOWN = known();

    private SrtpCiphers() {}

    private static Map<String, Supplier<SrtpCipherProvider>> known() {
        var fastestFirst = new LinkedHashMap<String, Supplier<SrtpCipherProvider>>();
        fastestFirst.put("jdk", JdkCipherProvider::new);
        return fastestFirst;
    }

    /// The names that [#choose] takes, fastest first.
    public static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /// A provider for one media loop. It takes a few milliseconds to prove itself.
    ///
    /// @param wanted a name, or [#BEST]
    public static SrtpCipherProvider choose(String wanted) {
        if (!wanted.equals(BEST) && !KNOWN.containsKey(wanted)) {
            throw new IllegalArgumentException(
                    "there is no cipher provider '" + wanted + "', only " + names());
        }
        for (var known : KNOWN.entrySet()) {
            if (wanted.equals(BEST) || wanted.equals(known.getKey())) {
                var provider = known.getValue().get();
                if (SrtpSelfTest.passes(provider)) {
                    return provider;
                }
            }
        }
        throw new IllegalStateException("cipher provider '" + wanted + "' fails its self-test");
    }
}
