// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.portunus.bench.reference.VersusC;
import io.portunus.bench.refusal.Refusals;
import io.portunus.transport.srtp.SrtpCiphers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs the benchmarks and prints a table: `[--long] [regular expression of names …]`; without
/// names, [VersusC] and [Refusals] follow. With `--versus-c` or `--refusals` only one of those,
/// with `--sends` the [SendComparison].
public final class Benchmarks {
    private static final int SHORT_ROUNDS = 3;
    private static final int LONG_ROUNDS = 20;
    private static final TimeValue ROUND = TimeValue.milliseconds(500);
    private static final String GARBAGE = "gc.alloc.rate.norm";

    private Benchmarks() {}

    /// @throws RunnerException when a benchmark fails
    /// @throws IOException when a socket cannot be opened
    public static void main(String[] arguments)
            throws RunnerException, IOException, InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--sends")) {
            SendComparison.main(new String[0]);
            return;
        }
        if (arguments.length == 1 && arguments[0].equals("--versus-c")) {
            System.exit(VersusC.run() ? 0 : 1);
        }
        if (arguments.length == 1 && arguments[0].equals("--refusals")) {
            System.exit(Refusals.run() ? 0 : 1);
        }
        var names = new ArrayList<String>();
        var rounds = SHORT_ROUNDS;
        for (var argument : arguments) {
            if (argument.equals("--long")) {
                rounds = LONG_ROUNDS;
            } else if (argument.startsWith("-")) {
                System.err.println(
                        "usage: bench --sends | --versus-c | --refusals | [--long] [names …], as regular expressions");
                System.exit(2);
            } else {
                names.add(argument);
            }
        }
        var options =
                included(names)
                        .forks(1)
                        .param("provider", providers())
                        .warmupIterations(2)
                        .warmupTime(ROUND)
                        .measurementIterations(rounds)
                        .measurementTime(ROUND)
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .jvmArgs(
                                "-Dslf4j.internal.verbosity=ERROR",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:+UseZGC",
                                "-Xmx1g")
                        .build();
        System.out.println("running, about 4 seconds for each line …");
        print(new ArrayList<>(new Runner(options).run()));
        if (names.isEmpty()) {
            VersusC.run();
            Refusals.run();
        }
    }

    /// Of the ciphers, those that can be used here.
    private static String[] providers() {
        return SrtpCiphers.names().stream().filter(Benchmarks::isHere).toArray(String[]::new);
    }

    private static boolean isHere(String provider) {
        try {
            return SrtpCiphers.choose(provider).name().equals(provider);
        } catch (IllegalStateException e) {
            System.out.println("left out: " + e.getMessage());
            return false;
        }
    }

    private static ChainedOptionsBuilder included(List<String> names) {
        var builder = new OptionsBuilder();
        if (names.isEmpty()) {
            return builder.include(Pattern.quote("io.portunus"));
        }
        names.forEach(builder::include);
        return builder;
    }

    private static void print(List<RunResult> results) {
        System.out.printf(
                "%n%-28s %-42s %12s %10s %14s%n",
                "benchmark", "with", "ns/op", "B/op", "ns/forwarded");
        for (var result : results) {
            var parameters = new StringBuilder();
            var forwarded = "";
            var nanos = result.getPrimaryResult().getScore();
            for (var key : result.getParams().getParamsKeys()) {
                var value = result.getParams().getParam(key);
                parameters.append(key).append('=').append(value).append(' ');
                if (key.equals("subscribers")) {
                    forwarded = String.format(Locale.ROOT, "%.1f", nanos / Integer.parseInt(value));
                }
            }
            var garbage = result.getSecondaryResults().get(GARBAGE);
            var name = result.getParams().getBenchmark();
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %-42s %12.1f %10.1f %14s%n",
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    parameters,
                    nanos,
                    garbage == null ? Double.NaN : garbage.getScore(),
                    forwarded);
        }
    }
}
