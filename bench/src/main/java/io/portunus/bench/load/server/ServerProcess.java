// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server as a child process, with a folder of its own that goes when it does. Thread-safe.
public final class ServerProcess implements AutoCloseable {
    private static final int START_SECONDS = 30;
    private static final int STOP_SECONDS = 10;
    private static final int POLL_MILLIS = 50;
    private static final int CONNECT_MILLIS = 500;
    private static final int LOG_LINES = 20;

    private final Process process;
    private final Path folder;
    private final Thread whenWeEnd = new Thread(this::end, "end-server");

    /// Starts it and waits until it listens.
    ///
    /// @param folder its own, for its configuration and log; removed at the end
    /// @throws IllegalStateException with its last words, when it does not listen
    ServerProcess(List<String> command, Path folder, int port) {
        this.folder = folder;
        var log = folder.resolve("server.log");
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), e);
        }
        Runtime.getRuntime().addShutdownHook(whenWeEnd);
        awaitListening(port, log);
    }

    private void awaitListening(int port, Path log) {
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() > until) {
                var words = lastWords(log);
                close();
                throw new IllegalStateException("the server does not start: " + words);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private static boolean listens(int port) {
        try (var probe = new Socket()) {
            probe.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static String lastWords(Path log) {
        try {
            var lines = Files.readAllLines(log);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// A TCP port that nobody had a moment ago.
    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("there is no free port", e);
        }
    }

    static Path newFolder() {
        try {
            return Files.createTempDirectory("portunus-load");
        } catch (IOException e) {
            throw new UncheckedIOException("there is no room for temporary files", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        removeFolder();
    }

    private void removeFolder() {
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.delete(file);
                            return FileVisitResult.CONTINUE;
                        }
                    });
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.err.println("left behind: " + folder + " (" + e + ")");
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(whenWeEnd);
        end();
    }
}
