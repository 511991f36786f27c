// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.ConfigReader;
import io.portunus.deploy.config.ServerConfig;
import java.io.Console;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line: reads the settings, starts the server, and stops it in order when told to.
@Command(
        name = "portunus run",
        description = "Starts the server.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main implements Callable<Integer> {
    private static final int BAD_START = 2;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The YAML file with the settings; default the one PORTUNUS_CONFIG names.")
    private @Nullable Path config;

    @Option(
            names = "--tls",
            description =
                    "Serve page and API on one https port too, with the certificate of the"
                            + " settings or one made at start.")
    private boolean tls;

    /// Never returns while the server runs.
    public static void main(String[] arguments) {
        chooseLogFormat();
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        var code = new CommandLine(new Main()).execute(arguments);
        if (code != 0 || isQuestion(arguments)) {
            System.exit(code);
        }
    }

    @Override
    public Integer call() {
        try {
            var server = Server.start(settings());
            stopWhenTold(server);
            greet(server);
            return 0;
        } catch (BadSettingException e) {
            System.err.println("portunus: " + e.getMessage());
        } catch (UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
            LoggerFactory.getLogger(Main.class).debug("the start failed", e);
            System.err.println("portunus: cannot start: " + e.getMessage());
        }
        return BAD_START;
    }

    private ServerConfig settings() {
        var environment = System.getenv();
        var named = environment.get("PORTUNUS_CONFIG");
        var file =
                config != null ? config : named == null || named.isEmpty() ? null : Path.of(named);
        var read = new ConfigReader().read(file, environment);
        return tls ? read.withTls() : read;
    }

    /// A signal ends the JVM with a code of its own; an orderly stop is no failure, so it says 0.
    private static void stopWhenTold(Server server) {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    server.close();
                                    Runtime.getRuntime().halt(0);
                                },
                                "stop"));
    }

    private static void greet(Server server) {
        var started = ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.printf("Portunus is ready (%d ms)%n", System.currentTimeMillis() - started);
        for (var address : server.addresses()) {
            System.out.println("  " + address);
        }
        if (Main.class.getResource("/web/vendor/janus.es.js") == null) {
            System.out.println("  (the video chat page lacks janus.js: install npm, build again)");
        }
    }

    /// People read lines, machines read JSON.
    private static void chooseLogFormat() {
        var terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty(
                    "logback.configurationFile",
                    terminal ? "logback-text.xml" : "logback-json.xml");
        }
    }

    private static boolean isQuestion(String[] arguments) {
        for (var argument : arguments) {
            if (argument.equals("--help")
                    || argument.equals("-h")
                    || argument.equals("--version")
                    || argument.equals("-V")) {
                return true;
            }
        }
        return false;
    }

    /// What `--version` prints.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Portunus " + Server.version()};
        }
    }
}
