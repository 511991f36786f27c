// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import org.jspecify.annotations.Nullable;

/// What requests must carry. Where nothing is set, nothing is asked for.
///
/// @param apiSecret what each request must carry as `apisecret`; empty for nothing
/// @param storedTokens whether a `token` of the list that the operator keeps is asked for
/// @param tokenSecret signs the tokens that are asked for instead of stored ones; empty for none
/// @param jwt how JWTs are checked, or null where none is taken
public record AuthSettings(
        String apiSecret, boolean storedTokens, String tokenSecret, @Nullable JwtSettings jwt) {
    /// Nothing is asked for.
    public static final AuthSettings OPEN = new AuthSettings("", false, "", null);

    /// Says what is set and none of the secrets.
    @Override
    public String toString() {
        return "AuthSettings[apiSecret="
                + !apiSecret.isEmpty()
                + ", storedTokens="
                + storedTokens
                + ", tokenSecret="
                + !tokenSecret.isEmpty()
                + ", jwt="
                + (jwt != null)
                + "]";
    }
}
