// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

/// How JWTs are checked.
///
/// @param keys what signs them
/// @param issuer the `iss` that they must name; empty for any
/// @param audience what must be in their `aud`; empty for anything
/// @param leewaySeconds how far the clock of whoever makes them may be off, 0 to 300
public record JwtSettings(JwtKeys keys, String issuer, String audience, int leewaySeconds) {
    static final int MAX_LEEWAY_SECONDS = 300;

    public JwtSettings {
        if (leewaySeconds < 0 || leewaySeconds > MAX_LEEWAY_SECONDS) {
            throw new IllegalArgumentException(
                    "a leeway of " + leewaySeconds + " s is not 0 to " + MAX_LEEWAY_SECONDS);
        }
    }
}
