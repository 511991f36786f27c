// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.portunus.bench.load.janus.ApiException;
import io.portunus.bench.load.server.Confinement;
import io.portunus.bench.load.server.JanusServer;
import io.portunus.bench.load.server.PortunusServer;
import io.portunus.bench.load.server.StartedServer;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `portunus load`: the command line of the load generator.
@Command(
        name = "portunus load",
        mixinStandardHelpOptions = true,
        version = "the load generator of Portunus",
        sortOptions = false,
        description = {
            "Puts a server under the load of many WebRTC clients and says what that costs it.",
            "Without --url it starts Portunus itself.",
        },
        footer = {
            "",
            "Exit code 0: measured; 1: the server failed; 2: bad arguments; 3: the run is void."
        })
public final class LoadCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int VOID = 3;
    private static final double PERCENT = 100;
    private static final double LEAST_QUOTA = 1;
    private static final double DEFAULT_QUOTA = 0.25;

    /// How much of a processor this process may use, so that it does not limit what it measures.
    private static final double MAX_GENERATOR_CORES = 0.6;

    @Mixin private WorkloadOptions workload = new WorkloadOptions();

    @Option(
            names = "--url",
            description = "The Janus API over WebSocket, such as ws://localhost:8188/.")
    private @Nullable URI url;

    @Option(names = "--pid", description = "The server's process, to measure what it uses.")
    private long pid;

    @Option(
            names = "--metrics",
            description =
                    "Where the server tells its counters, such as"
                            + " http://localhost:8088/metrics.")
    private @Nullable URI metrics;

    @Option(
            names = "--profile",
            description = "The SRTP profile: browser (the default) offers what a browser does.")
    private String profile = "browser";

    @Option(
            names = "--max-lag",
            paramLabel = "MS",
            description = "The run is void when the generator itself was later (p99; default 5).")
    private double maxLagMillis = LoadRun.MAX_LAG_NANOS / 1e6;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results there too.")
    private @Nullable Path json;

    @Option(
            names = "--find",
            description = {
                "Find the most receivers who get more than 99 percent of their packets, and how",
                "the server does with 70 and 150 percent of that. It is kept to --quota."
            })
    private boolean find;

    @Option(
            names = "--quota",
            paramLabel = "PERCENT",
            description =
                    "With --find, how much of one processor the server gets (default 25; a server"
                            + " of --pid is left alone by default).")
    private @Nullable Double quota;

    @Option(
            names = "--versus",
            paramLabel = "janus",
            description = "Compare with Debian's Janus, which is installed if it is not there.")
    private @Nullable String versus;

    @Option(names = "--rounds", description = "With --versus, how often each (default 3).")
    private int rounds = 3;

    /// Ends the process with the command's exit code.
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return new CommandLine(new LoadCommand()).execute(arguments);
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return run();
        } catch (IllegalArgumentException e) {
            System.err.println("portunus load: " + e.getMessage());
            return BAD_ARGUMENTS;
        } catch (ApiException | IllegalStateException | UncheckedIOException e) {
            System.err.println("portunus load: " + e.getMessage());
            return FAILED;
        }
    }

    private int run() throws InterruptedException {
        if (!(maxLagMillis > 0)) {
            throw new IllegalArgumentException("--max-lag must be more than 0");
        }
        if (pid != 0) {
            ProcessUse.of(pid);
        }
        checkQuota();
        if (versus != null) {
            return compare();
        }
        var profiles = Profiles.of(profile);
        var load = workload.workloads(List.of()).getFirst();
        if (url != null) {
            var target = new Target(name(url), url, pid, metrics, profiles.order());
            return find ? find(load, target) : measure(load, target);
        }
        if (pid != 0 || metrics != null) {
            throw new IllegalArgumentException("--pid and --metrics belong to --url");
        }
        try (var server = startPortunus()) {
            var target = target(server, profiles);
            return find ? find(load, target) : measure(load, target);
        }
    }

    private void checkQuota() {
        if (quota == null) {
            return;
        }
        if (!find || (url != null && pid == 0)) {
            throw new IllegalArgumentException(
                    "--quota goes with --find, and with --url only if --pid is told");
        }
        if (!(quota >= LEAST_QUOTA && quota <= PERCENT)) {
            throw new IllegalArgumentException("--quota must be 1 to 100, not " + quota);
        }
    }

    private static String name(URI url) {
        if (url.getHost() == null || !String.valueOf(url.getScheme()).matches("wss?")) {
            throw new IllegalArgumentException("--url must be ws://HOST:PORT/, not " + url);
        }
        return url.getHost() + ":" + url.getPort();
    }

    private int measure(Workload load, Target target) throws InterruptedException {
        var results = List.of(new LoadRun(load, target, progress(), maxLagNanos()).run());
        new ResultTable(System.out).print(results);
        write(results);
        return results.getLast().isVoid() ? VOID : 0;
    }

    private int find(Workload load, Target target) throws InterruptedException {
        if (url != null && quota == null) {
            return find(load, target, null);
        }
        var share = quota == null ? DEFAULT_QUOTA : quota / PERCENT;
        try (var confinement = Confinement.of(target.pid(), share)) {
            progress().say("the server gets " + confinement.description());
            return find(load, target, confinement);
        }
    }

    private int find(Workload load, Target target, @Nullable Confinement confinement)
            throws InterruptedException {
        var conditions = new Conditions(maxLagNanos(), MAX_GENERATOR_CORES, confinement);
        var found = new Search(load, target, progress(), conditions).run();
        new ResultTable(System.out).print(found.runs());
        System.out.println();
        Search.lines(found).forEach(System.out::println);
        write(found);
        return found.isVoid() ? VOID : 0;
    }

    private int compare() throws InterruptedException {
        if (!"janus".equals(versus) || url != null || find) {
            throw new IllegalArgumentException(
                    "--versus knows janus, and goes with neither --url nor --find");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds must be 1 or more");
        }
        var loads = workload.workloads(List.of(Preset.V30, Preset.A60));
        JanusServer.install();
        try (var portunus = startPortunus();
                var janus = JanusServer.start(0);
                var janusOneLoop = JanusServer.start(1)) {
            var comparison =
                    new Comparison(
                            List.of(portunus, janus, janusOneLoop),
                            rounds,
                            progress(),
                            maxLagNanos());
            for (var load : loads) {
                comparison.run(load);
            }
            comparison.print(System.out);
            write(comparison.tables());
            return comparison.isVoid() ? VOID : 0;
        }
    }

    private static StartedServer startPortunus() {
        return PortunusServer.start(
                Path.of(System.getProperty("portunus.home", "deploy/target/portunus")),
                System.getProperty("portunus.java.options", ""));
    }

    static Target target(StartedServer server, Profiles profiles) {
        return new Target(
                server.name(),
                server.api(),
                server.process().pid(),
                server.metrics(),
                profiles.order());
    }

    private long maxLagNanos() {
        return (long) (maxLagMillis * TimeUnit.MILLISECONDS.toNanos(1));
    }

    private static Progress progress() {
        var terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        return new Progress(System.err, terminal);
    }

    /// The start script goes to its own folder.
    private static Path callersFolder() {
        return Path.of(System.getProperty("portunus.called.from", ""));
    }

    private void write(Object results) {
        if (json == null) {
            return;
        }
        try {
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(callersFolder().resolve(json).toFile(), results);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + json, e);
        }
    }
}
