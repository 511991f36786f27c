// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.signalling.auth.JwtKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks now and then whether the JWK set has changed, so that keys can be replaced while the
/// server runs. A set that cannot be used changes nothing. Confined to a virtual thread of its own.
final class KeyFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
    private static final Duration PERIOD = Duration.ofSeconds(30);

    private final ServerConfig.Jwt jwt;
    private final Consumer<JwtKeys> changed;
    private final Thread thread;
    private byte[] seen = new byte[0];

    /// @param changed is given the keys whenever they are others, on our own thread
    KeyFile(ServerConfig.Jwt jwt, Consumer<JwtKeys> changed) {
        this.jwt = jwt;
        this.changed = changed;
        thread = Thread.ofVirtual().name("key-file").unstarted(this::watch);
    }

    /// Begins to look; without a file there is nothing to look at.
    void start() {
        if (!jwt.jwksFile().isEmpty()) {
            seen = content();
            thread.start();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                look();
            }
        } catch (InterruptedException _) {
            // The server stops.
        }
    }

    /// Looks once.
    void look() {
        var now = content();
        if (now.length == 0 || Arrays.equals(now, seen)) {
            return;
        }
        seen = now;
        try {
            var keys = AuthConfig.keys(jwt);
            if (keys != null) {
                changed.accept(keys);
                LOG.info("the JWK set {} has changed and is in use", jwt.jwksFile());
            }
        } catch (BadSettingException e) {
            LOG.warn("the JWK set has changed and is of no use: {}", e.getMessage());
        }
    }

    /// Empty where it cannot be read, as while it is being replaced.
    private byte[] content() {
        var file = Path.of(jwt.jwksFile());
        try {
            return Files.size(file) > AuthConfig.MAX_FILE_BYTES
                    ? new byte[0]
                    : Files.readAllBytes(file);
        } catch (IOException e) {
            LOG.warn("the JWK set {} cannot be read: {}", file, e.getMessage());
            return new byte[0];
        }
    }
}
