// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Says of each request whether it may be made and what it may do: the API's secret suffices, and
/// so does a token that is good. Confined to the signalling loop.
public final class Authenticator {
    private final String apiSecret;
    private final @Nullable StoredTokens stored;
    private final @Nullable SignedTokens signed;
    private final @Nullable JwtTokens jwts;

    /// @param epochSeconds the wall clock, in seconds since 1970
    public Authenticator(AuthSettings settings, LongSupplier epochSeconds) {
        apiSecret = settings.apiSecret();
        var isSigned = !settings.tokenSecret().isEmpty();
        signed = isSigned ? new SignedTokens(settings.tokenSecret(), epochSeconds) : null;
        stored = settings.storedTokens() && !isSigned ? new StoredTokens() : null;
        jwts = settings.jwt() == null ? null : new JwtTokens(settings.jwt(), epochSeconds);
    }

    /// One that asks for nothing.
    public static Authenticator open() {
        return new Authenticator(AuthSettings.OPEN, () -> 0);
    }

    public boolean asksForSecret() {
        return !apiSecret.isEmpty();
    }

    public boolean asksForToken() {
        return stored != null || signed != null || jwts != null;
    }

    /// The tokens that the operator gives out; null unless it is those that are asked for.
    public @Nullable StoredTokens storedTokens() {
        return stored;
    }

    /// Other keys for JWTs, because they have changed; ignored where none are taken.
    public void jwtKeys(JwtKeys keys) {
        if (jwts != null) {
            jwts.keys(keys);
        }
    }

    /// What a request with these credentials may do; null where it may not be made.
    public @Nullable Grant authenticate(Credentials credentials) {
        if (!asksForSecret() && !asksForToken()) {
            return Grant.EVERYTHING;
        }
        var knowsSecret =
                asksForSecret()
                        && credentials.apiSecret() != null
                        && Secrets.equal(credentials.apiSecret(), apiSecret);
        if (!asksForToken() || credentials.token() == null) {
            return knowsSecret ? Grant.EVERYTHING : null;
        }
        var grant = check(credentials.token());
        if (grant == null && knowsSecret) {
            // A token that is not good limits even those who know the secret.
            return Grant.ofPlugins(Set.of());
        }
        return grant;
    }

    /// Whether `token`, given to a plugin for one of its rooms, is good for it: signed for the
    /// realm of the plugin and holding `room=ID`, or a JWT that says so.
    ///
    /// @param plugin the package name of the plugin
    /// @param room the id of the room, as text
    public boolean admits(String token, String plugin, RoomRole role, String room) {
        if (signed != null && signed.holds(token, plugin, "room=" + room)) {
            return true;
        }
        var grant = jwts == null ? null : jwts.check(token);
        return grant != null && grant.allowsPlugin(plugin) && grant.allows(role, room);
    }

    private @Nullable Grant check(String token) {
        var grant = stored == null ? null : stored.check(token);
        if (grant == null && signed != null) {
            grant = signed.check(token);
        }
        if (grant == null && jwts != null) {
            grant = jwts.check(token);
        }
        return grant;
    }
}
