// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The tokens that the operator has given out, each with the plugins that it may attach to. They
/// are looked up by a keyed hash, so that how long it takes tells nothing of those there are.
/// Confined to the signalling loop.
public final class StoredTokens {
    /// The most tokens at once.
    static final int MAX_TOKENS = 100_000;

    /// The longest token, in characters.
    public static final int MAX_CHARACTERS = 1_024;

    private static final int KEY_BYTES = 32;

    private final byte[] key = new byte[KEY_BYTES];
    private final Map<String, Entry> byHash = new LinkedHashMap<>();

    StoredTokens() {
        new SecureRandom().nextBytes(key);
    }

    /// Adds a token, or leaves one that is there as it is.
    ///
    /// @return the plugins that it may attach to now; null where no more tokens are taken, or not
    ///   such a long or empty one
    public @Nullable Set<String> add(String token, Collection<String> plugins) {
        if (token.isEmpty()
                || token.length() > MAX_CHARACTERS
                || (byHash.size() >= MAX_TOKENS && find(token) == null)) {
            return null;
        }
        return byHash.computeIfAbsent(hash(token), _ -> new Entry(token, new TreeSet<>(plugins)))
                .allowed();
    }

    /// Lets a token attach to more plugins.
    ///
    /// @return all that it may attach to now; null where there is no such token
    public @Nullable Set<String> allow(String token, Collection<String> plugins) {
        var entry = find(token);
        if (entry == null) {
            return null;
        }
        entry.plugins().addAll(plugins);
        return entry.allowed();
    }

    /// Lets a token no longer attach to some plugins; what is attached stays so.
    ///
    /// @return all that it may still attach to; null where there is no such token
    public @Nullable Set<String> disallow(String token, Collection<String> plugins) {
        var entry = find(token);
        if (entry == null) {
            return null;
        }
        plugins.forEach(entry.plugins()::remove);
        return entry.allowed();
    }

    /// From now on requests with this token are refused, those of sessions that it made too.
    ///
    /// @return whether there was such a token
    public boolean remove(String token) {
        return byHash.remove(hash(token)) != null;
    }

    /// Every token, in the order in which they were added.
    public List<StoredToken> list() {
        var tokens = new ArrayList<StoredToken>(byHash.size());
        for (var entry : byHash.values()) {
            tokens.add(new StoredToken(entry.token(), entry.allowed()));
        }
        return tokens;
    }

    @Nullable Grant check(String token) {
        var entry = find(token);
        return entry == null ? null : Grant.ofPlugins(entry.plugins());
    }

    private @Nullable Entry find(String token) {
        return token.length() > MAX_CHARACTERS ? null : byHash.get(hash(token));
    }

    private String hash(String token) {
        return HexFormat.of().formatHex(Secrets.mac("HmacSHA256", key, token));
    }

    /// One token that was given out.
    ///
    /// @param plugins the package names of those that it may attach to, in order
    public record StoredToken(String token, Set<String> plugins) {
        /// Without the token, so that no log can tell.
        @Override
        public String toString() {
            return "StoredToken[plugins=" + plugins + "]";
        }
    }

    private record Entry(String token, Set<String> plugins) {
        Set<String> allowed() {
            return new LinkedHashSet<>(plugins);
        }
    }
}
