// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Checks tokens of the form `EXPIRY,REALM,ITEM,…:SIGNATURE`, which whoever shares our secret makes
/// as needed: EXPIRY in seconds since 1970, SIGNATURE the HMAC-SHA1 of what stands before the colon
/// in base64. Confined to the signalling loop.
final class SignedTokens {
    /// The realm of tokens for the core API.
    static final String CORE_REALM = "janus";

    /// The longest token, in characters.
    static final int MAX_CHARACTERS = 4_096;

    private static final int FIRST_ITEM = 2;
    private static final int MAX_EXPIRY_DIGITS = 18;

    private final byte[] secret;
    private final LongSupplier epochSeconds;

    /// @param secret not empty
    SignedTokens(String secret, LongSupplier epochSeconds) {
        this.secret = Secrets.utf8(secret);
        this.epochSeconds = epochSeconds;
    }

    /// For the core API: the items are the plugins that may be attached to.
    @Nullable Grant check(String token) {
        var items = items(token, CORE_REALM);
        return items == null ? null : Grant.ofPlugins(Set.copyOf(items));
    }

    /// Whether `token` is good for `realm` and holds `item`.
    boolean holds(String token, String realm, String item) {
        var items = items(token, realm);
        return items != null && items.contains(item);
    }

    /// What a token holds besides its end and realm; null where it is not good for `realm` now.
    private @Nullable List<String> items(String token, String realm) {
        var colon = token.indexOf(':');
        if (token.length() > MAX_CHARACTERS || colon < 0 || token.indexOf(':', colon + 1) >= 0) {
            return null;
        }
        var signed = token.substring(0, colon);
        var expected = Base64.getEncoder().encodeToString(Secrets.mac("HmacSHA1", secret, signed));
        if (!Secrets.equal(token.substring(colon + 1), expected)) {
            return null;
        }
        var parts = List.of(signed.split(",", -1));
        if (parts.size() < FIRST_ITEM || !parts.get(1).equals(realm) || isOver(parts.getFirst())) {
            return null;
        }
        return parts.subList(FIRST_ITEM, parts.size());
    }

    private boolean isOver(String expiry) {
        if (expiry.isEmpty()
                || expiry.length() > MAX_EXPIRY_DIGITS
                || !expiry.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return true;
        }
        return epochSeconds.getAsLong() > Long.parseLong(expiry);
    }
}
