// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import org.jspecify.annotations.Nullable;

/// What a request carries to show that it may be made.
///
/// @param apiSecret its `apisecret`, or null
/// @param token its `token`, or null
public record Credentials(@Nullable String apiSecret, @Nullable String token) {
    public static final Credentials NONE = new Credentials(null, null);

    /// Says what there is and none of it, so that no log can tell.
    @Override
    public String toString() {
        return "Credentials[apiSecret="
                + (apiSecret == null ? "none" : "given")
                + ", token="
                + (token == null ? "none" : "given")
                + "]";
    }
}
