// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Starts Portunus from its distribution.
public final class PortunusServer {
    private PortunusServer() {}

    /// @param distribution its folder, with `lib` in it
    /// @param javaOptions parted by spaces, as the start script has them
    public static StartedServer start(Path distribution, String javaOptions) {
        var lib = distribution.toAbsolutePath().resolve("lib");
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException("there is no distribution at " + distribution);
        }
        var api = ServerProcess.freePort();
        var web = ServerProcess.freePort();
        var folder = ServerProcess.newFolder();
        var config = folder.resolve("portunus.yaml");
        try {
            Files.writeString(
                    config,
                    """
                    media:
                      first_udp_port: 0
                      addresses: [{bind: 127.0.0.1}]
                    signalling: {address: 127.0.0.1, port: %d, max_requests_per_second: 0}
                    web: {address: 127.0.0.1, port: %d}
                    """
                            .formatted(api, web));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Arrays.stream(javaOptions.split(" ", -1))
                .filter(option -> !option.isEmpty())
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-cp",
                        lib + "/*",
                        "io.portunus.deploy.Main",
                        "--config",
                        config.toString()));
        return new StartedServer(
                "Portunus",
                new ServerProcess(command, folder, api),
                URI.create("ws://127.0.0.1:" + api + "/"),
                URI.create("http://127.0.0.1:" + web + "/metrics"));
    }
}
