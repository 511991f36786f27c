// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Clients of the Janus API as their authors publish them, unchanged, in a whole call each. (The
/// video chat page does the same for janus.js.)
class PublishedClientsTest {
    private static final Path SCRIPTS = Path.of("src/test/clients");
    private static final Path FOLDER = Path.of("target/clients");
    private static final int FETCH_SECONDS = 120;
    private static final int CALL_SECONDS = 70;

    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        fetch();
        server =
                Server.start(
                        new ConfigReader()
                                .read(
                                        null,
                                        Map.of(
                                                "PORTUNUS_MEDIA_FIRST_UDP_PORT", "0",
                                                "PORTUNUS_MEDIA_WARM_UP", "false",
                                                "PORTUNUS_SIGNALLING_PORT", "0",
                                                "PORTUNUS_WEB_PORT", "0")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// With werift for its media: a fourth WebRTC implementation beside the browsers' two and ours.
    @Test
    @DisplayName("row 18: a whole call by the published janode")
    void aBackEndRunsAWholeCallWithJanode() throws Exception {
        var said = run(CALL_SECONDS, "node", "janode-call.js", server.webSocketAddress());

        assertThat(said)
                .as("how far the call came")
                .contains(
                        "connected",
                        "room made",
                        "joined",
                        "two publish",
                        "watching",
                        "paused, resumed, switched",
                        "unpublished and kicked",
                        "done");
    }

    /// The clients, by their lock file; what an earlier build fetched is used again.
    private static void fetch() throws Exception {
        Files.createDirectories(FOLDER);
        var lock = Files.readString(SCRIPTS.resolve("package-lock.json"));
        var stamp = FOLDER.resolve("fetched.json");
        try (var scripts = Files.walk(SCRIPTS)) {
            for (var script : scripts.filter(Files::isRegularFile).toList()) {
                var copy = FOLDER.resolve(SCRIPTS.relativize(script).toString());
                Files.createDirectories(copy.resolveSibling("."));
                Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!Files.exists(stamp) || !Files.readString(stamp).equals(lock)) {
            run(FETCH_SECONDS, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Files.writeString(stamp, lock);
        }
    }

    private static List<String> run(int seconds, String... command) throws Exception {
        var output = Files.createTempFile(FOLDER, "said", ".txt");
        var process = start(output, command);
        try {
            var ended = process.waitFor(seconds, TimeUnit.SECONDS);
            var said = Files.readAllLines(output);
            assertThat(ended).as("%s came to its end; it said %s", command[0], said).isTrue();
            assertThat(process.exitValue())
                    .as("%s failed: %s", String.join(" ", command), String.join("\n", said))
                    .isZero();
            return said;
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    private static Process start(Path output, String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    command[0] + " is not installed; ./portunus test installs it with npm", e);
        }
    }
}
