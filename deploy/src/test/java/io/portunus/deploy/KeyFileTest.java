// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.signalling.auth.JwtKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    @TempDir private Path folder;

    private final List<JwtKeys> taken = new ArrayList<>();

    @Test
    void keysThatHaveChangedAreTakenOnceAndUselessOnesNever() throws IOException {
        var path = folder.resolve("keys.json");
        Files.writeString(path, keys("0123456789abcdef0123456789abcdef"));
        try (var file = new KeyFile(jwt(path), taken::add)) {
            file.look();
            assertThat(taken).as("what is there at first").hasSize(1);
            file.look();
            assertThat(taken).as("nothing has changed").hasSize(1);

            Files.writeString(path, "{\"keys\":");
            file.look();
            Files.writeString(path, "");
            file.look();
            Files.delete(path);
            file.look();
            assertThat(taken).as("half a file, an empty one, none").hasSize(1);

            Files.writeString(path, keys("fedcba9876543210fedcba9876543210"));
            file.look();
            assertThat(taken).as("new keys").hasSize(2);
        }
    }

    @Test
    void keysThatAreOfNoUseStopTheStartWithoutBeingShown() throws IOException {
        var path = Files.writeString(folder.resolve("keys.json"), keys("hush"));

        assertThatThrownBy(() -> AuthConfig.keys(jwt(path)))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("auth.jwt.jwks_file")
                .hasMessageContaining("fewer than 32 bytes")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(() -> AuthConfig.keys(jwt(folder.resolve("none.json"))))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("none.json");
    }

    private static ServerConfig.Jwt jwt(Path path) {
        return new ServerConfig.Jwt("", path.toString(), "", "", 5);
    }

    private static String keys(String secret) {
        var octets =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        return "{\"keys\":[{\"kty\":\"oct\",\"k\":\"" + octets + "\"}]}";
    }
}
