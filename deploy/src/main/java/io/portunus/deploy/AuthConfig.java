// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.auth.JwtKeys;
import io.portunus.signalling.auth.JwtSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Who may use the API, from the settings and the key file that they name.
final class AuthConfig {
    static final int MAX_FILE_BYTES = 1 << 20;

    private AuthConfig() {}

    static AuthSettings of(String apiSecret, ServerConfig.Auth auth) {
        return new AuthSettings(
                apiSecret, auth.tokenAuth(), auth.tokenAuthSecret(), jwt(auth.jwt()));
    }

    private static @Nullable JwtSettings jwt(ServerConfig.Jwt jwt) {
        var keys = keys(jwt);
        return keys == null
                ? null
                : new JwtSettings(keys, jwt.issuer(), jwt.audience(), jwt.leewaySeconds());
    }

    /// What signs JWTs, as it is now; null where none are taken.
    static @Nullable JwtKeys keys(ServerConfig.Jwt jwt) {
        JwtKeys keys = null;
        if (!jwt.secret().isEmpty()) {
            keys = named("auth.jwt.secret", () -> JwtKeys.ofSecret(jwt.secret()));
        }
        if (!jwt.jwksFile().isEmpty()) {
            var fromFile = named("auth.jwt.jwks_file", () -> read(Path.of(jwt.jwksFile())));
            keys = keys == null ? fromFile : keys.and(fromFile);
        }
        return keys;
    }

    private static JwtKeys read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new BadSettingException(
                        "auth.jwt.jwks_file is larger than " + MAX_FILE_BYTES + " bytes");
            }
            return JwtKeys.ofJwks(Files.readString(file));
        } catch (IOException e) {
            throw new BadSettingException(
                    "auth.jwt.jwks_file: " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static JwtKeys named(String setting, Supplier<JwtKeys> keys) {
        try {
            return keys.get();
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(setting + ": " + e.getMessage());
        }
    }
}
