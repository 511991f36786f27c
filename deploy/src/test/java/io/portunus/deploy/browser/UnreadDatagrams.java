// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the system threw away of what came for other programs than this one, as they did not read
/// it in time: so it is with browsers on a busy machine. Where it does not tell, it is nothing.
final class UnreadDatagrams {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/self/net/udp"), Path.of("/proc/self/net/udp6"));
    private static final Path OWN_FILES = Path.of("/proc/self/fd");
    private static final int INODE = 9;
    private static final int DROPS = 12;

    private final Map<String, Long> before = bySocket();

    /// How many since this was made.
    long count() {
        var own = ownSockets();
        return bySocket().entrySet().stream()
                .filter(socket -> !own.contains(socket.getKey()))
                .mapToLong(socket -> socket.getValue() - before.getOrDefault(socket.getKey(), 0L))
                .sum();
    }

    /// Since each was opened, by the inodes of the sockets.
    private static Map<String, Long> bySocket() {
        var sockets = new HashMap<String, Long>();
        try {
            for (var table : TABLES) {
                if (Files.exists(table)) {
                    for (var line : Files.readAllLines(table)) {
                        var fields = line.strip().split("\\s+", -1);
                        if (fields[0].endsWith(":")) {
                            sockets.put(fields[INODE], Long.parseLong(fields[DROPS]));
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sockets;
    }

    private static Set<String> ownSockets() {
        var inodes = new HashSet<String>();
        for (var file : ownFiles()) {
            try {
                var target = Files.readSymbolicLink(file).toString();
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            } catch (IOException _) {
                // It was closed meanwhile.
            }
        }
        return inodes;
    }

    private static List<Path> ownFiles() {
        if (!Files.exists(OWN_FILES)) {
            return List.of();
        }
        try (var files = Files.list(OWN_FILES)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
