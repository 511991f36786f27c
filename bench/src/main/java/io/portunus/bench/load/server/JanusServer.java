// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Starts Janus from the system's packages, as its packages configure it but for what it must not
/// share with another on this machine: the port, and the plugins and transports that open others.
public final class JanusServer {
    private static final Path CONFIGURATION = Path.of("/etc/janus");
    private static final Path PROGRAM = Path.of("/usr/bin/janus");
    private static final int INSTALL_SECONDS = 600;

    private static final String OTHER_PLUGINS =
            "libjanus_streaming.so,libjanus_audiobridge.so,libjanus_sip.so,libjanus_nosip.so,"
                    + "libjanus_recordplay.so,libjanus_textroom.so,libjanus_videocall.so,"
                    + "libjanus_voicemail.so,libjanus_lua.so,libjanus_duktape.so,"
                    + "libjanus_echotest.so";
    private static final String OTHER_TRANSPORTS =
            "libjanus_http.so,libjanus_rabbitmq.so,libjanus_mqtt.so,libjanus_nanomsg.so,"
                    + "libjanus_pfunix.so";

    private JanusServer() {}

    /// Installs it where there is none.
    public static void install() throws InterruptedException {
        if (Files.isExecutable(PROGRAM)) {
            return;
        }
        System.err.println("installing janus from the system's packages");
        if (!succeeds("apt-get", "install", "-y", "--no-install-recommends", "janus")
                && !(succeeds("apt-get", "update")
                        && succeeds(
                                "apt-get", "install", "-y", "--no-install-recommends", "janus"))) {
            throw new IllegalStateException(
                    "janus is not installed, and apt-get cannot install it (as root?)");
        }
        // Debian starts it at once, on the ports that others may want; it is not wanted so.
        if (Files.isDirectory(Path.of("/run/systemd/system"))) {
            succeeds("systemctl", "disable", "--now", "janus");
        }
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            var process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /// @param eventLoops how many threads do the media, or 0 for one per handle, as it is installed
    public static StartedServer start(int eventLoops) {
        var port = ServerProcess.freePort();
        var folder = ServerProcess.newFolder();
        var name = eventLoops == 0 ? "Janus" : "Janus, event_loops " + eventLoops;
        try {
            configure(folder, port, eventLoops);
        } catch (IOException e) {
            throw new UncheckedIOException("janus cannot be configured", e);
        }
        var command = List.of(PROGRAM.toString(), "--configs-folder=" + folder, "--disable-colors");
        return new StartedServer(
                name,
                new ServerProcess(command, folder, port),
                URI.create("ws://127.0.0.1:" + port + "/"),
                null);
    }

    private static void configure(Path folder, int port, int eventLoops) throws IOException {
        try (var files = Files.list(CONFIGURATION)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        change(
                folder.resolve("janus.jcfg"),
                "general: {",
                eventLoops == 0 ? "" : "event_loops = " + eventLoops,
                "configs_folder = \"" + CONFIGURATION + "\"",
                "configs_folder = \"" + folder + "\"",
                "plugins: {",
                "disable = \"" + OTHER_PLUGINS + "\"",
                "transports: {",
                "disable = \"" + OTHER_TRANSPORTS + "\"");
        var webSockets = folder.resolve("janus.transport.websockets.jcfg");
        Files.writeString(
                webSockets,
                Files.readString(webSockets)
                        .replaceFirst("(?m)^(\\s*)ws_port = \\d+", "$1ws_port = " + port));
    }

    /// Sections get another first line, settings another value.
    private static void change(Path file, String... pairs) throws IOException {
        var text = Files.readString(file);
        for (var i = 0; i < pairs.length; i += 2) {
            var from = pairs[i];
            var to = from.endsWith("{") ? from + "\n\t" + pairs[i + 1] : pairs[i + 1];
            if (!text.contains(from)) {
                throw new IOException(file + " has no " + from);
            }
            text = text.replace(from, to);
        }
        Files.writeString(file, text);
    }
}
