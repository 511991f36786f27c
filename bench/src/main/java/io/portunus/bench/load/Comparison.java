// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.janus.ApiException;
import io.portunus.bench.load.server.StartedServer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compares servers that run side by side: rounds alternate between them, medians are compared.
/// Each load is compared twice, as a browser would negotiate and with one SRTP profile for all, in
/// turn too, since a server whose code is compiled as it runs is faster later.
final class Comparison {
    /// Before anything is measured: servers run for days.
    private static final int WARM_UP_SECONDS = 20;

    /// How often a void round is tried again in all.
    private static final int SPARE_ROUNDS = 12;

    /// One load with one choice of profiles.
    ///
    /// @param servers one for each, the first is compared with the others
    /// @param rounds all that were run, void ones too
    record Table(String load, String profiles, List<Medians> servers, List<LoadResult> rounds) {
        Table {
            servers = List.copyOf(servers);
            rounds = List.copyOf(rounds);
        }
    }

    /// Of the rounds that count; null where none does or nothing is known.
    record Medians(
            String server,
            int rounds,
            @Nullable Double cpuMicrosPerPacket,
            @Nullable Double delayP50Micros,
            @Nullable Double delayP99Micros,
            @Nullable Double delayP999Micros,
            @Nullable Double deliveredRatio,
            @Nullable Double residentMebibytes,
            @Nullable Double packetsPerSendCall) {
        static Medians of(String server, List<LoadResult> rounds) {
            return new Medians(
                    server,
                    rounds.size(),
                    median(rounds, each -> each.cost().cpuMicrosPerPacket()),
                    median(rounds, each -> each.delay().p50()),
                    median(rounds, each -> each.delay().p99()),
                    median(rounds, each -> each.delay().p999()),
                    median(rounds, each -> each.packets().deliveredRatio()),
                    median(rounds, each -> each.cost().residentMebibytes()),
                    median(rounds, each -> each.cost().packetsPerSendCall()));
        }
    }

    private final List<StartedServer> servers;
    private final int rounds;
    private final Progress progress;
    private final long maxLagNanos;
    private final List<Table> tables = new ArrayList<>();
    private int spare;

    Comparison(Collection<StartedServer> servers, int rounds, Progress progress, long maxLagNanos) {
        this.servers = List.copyOf(servers);
        this.rounds = rounds;
        this.progress = progress;
        this.maxLagNanos = maxLagNanos;
    }

    void run(Workload load) throws InterruptedException {
        for (var server : servers) {
            progress.say("once without measuring");
            once(warmUp(load), server, Profiles.BROWSER);
        }
        var results = new LinkedHashMap<Profiles, List<LoadResult>>();
        results.put(Profiles.BROWSER, new ArrayList<>());
        results.put(Profiles.COMMON, new ArrayList<>());
        spare = SPARE_ROUNDS;
        for (var round = 0; round < rounds; round++) {
            for (var each : results.entrySet()) {
                for (var server : servers) {
                    round(load, server, each.getKey(), each.getValue());
                }
            }
        }
        results.forEach((profiles, all) -> tables.add(table(load, profiles, all)));
    }

    private Table table(Workload load, Profiles profiles, List<LoadResult> all) {
        var medians = servers.stream().map(server -> medians(server.name(), all)).toList();
        return new Table(load.name(), profiles.name(), medians, all);
    }

    private static Workload warmUp(Workload load) {
        return new Workload(
                load.name(),
                load.scenario(),
                load.publishers(),
                load.subscribers(),
                load.shapes(),
                load.warmUpSeconds(),
                WARM_UP_SECONDS,
                load.ramp(),
                load.loss());
    }

    private LoadResult once(Workload load, StartedServer server, Profiles profiles)
            throws InterruptedException {
        var target = LoadCommand.target(server, profiles);
        return new LoadRun(load, target, progress, maxLagNanos).run();
    }

    /// One round, again and again while it is void and there are spare ones.
    private void round(Workload load, StartedServer server, Profiles profiles, List<LoadResult> all)
            throws InterruptedException {
        while (true) {
            try {
                var result = once(load, server, profiles);
                all.add(result);
                if (!result.isVoid() || spare-- <= 0) {
                    return;
                }
                progress.say("void, once more: " + result.voidBecause());
            } catch (ApiException e) {
                if (spare-- <= 0) {
                    throw e;
                }
                progress.say("failed, once more: " + e.getMessage());
            }
        }
    }

    private static Medians medians(String server, List<LoadResult> all) {
        return Medians.of(
                server,
                all.stream()
                        .filter(result -> !result.isVoid() && result.server().equals(server))
                        .toList());
    }

    List<Table> tables() {
        return tables;
    }

    /// Whether some server has no round that counts.
    boolean isVoid() {
        return tables.stream()
                .flatMap(table -> table.servers().stream())
                .anyMatch(medians -> medians.rounds() == 0);
    }

    void print(PrintStream out) {
        for (var table : tables) {
            new ResultTable(out).print(table.rounds());
            out.printf("%n%s, %s (medians):%n", table.load(), table.profiles());
            table.servers().forEach(medians -> out.println("  " + line(medians)));
            var first = table.servers().getFirst();
            for (var other : table.servers().subList(1, table.servers().size())) {
                out.println("  " + ratios(first, other));
            }
        }
    }

    private static String line(Medians medians) {
        return "%-20s %d rounds  %s us CPU/packet  delay %s / %s / %s us (50/99/99.9%%)"
                        .formatted(
                                medians.server(),
                                medians.rounds(),
                                ResultTable.number(medians.cpuMicrosPerPacket(), 2),
                                ResultTable.number(medians.delayP50Micros(), 0),
                                ResultTable.number(medians.delayP99Micros(), 0),
                                ResultTable.number(medians.delayP999Micros(), 0))
                + "  delivered %s  packets/send %s  RSS %s MiB"
                        .formatted(
                                ResultTable.number(medians.deliveredRatio(), 5),
                                ResultTable.number(medians.packetsPerSendCall(), 1),
                                ResultTable.number(medians.residentMebibytes(), 0));
    }

    private static String ratios(Medians first, Medians other) {
        return "%s : %s   CPU/packet %s, delay p50 %s, p99 %s"
                .formatted(
                        other.server(),
                        first.server(),
                        ratio(other.cpuMicrosPerPacket(), first.cpuMicrosPerPacket()),
                        ratio(other.delayP50Micros(), first.delayP50Micros()),
                        ratio(other.delayP99Micros(), first.delayP99Micros()));
    }

    private static String ratio(@Nullable Double a, @Nullable Double b) {
        return a == null || b == null ? "-" : String.format(Locale.ROOT, "%.2f", a / b);
    }

    private static @Nullable Double median(
            List<LoadResult> rounds, Function<LoadResult, @Nullable Double> what) {
        var sorted = rounds.stream().map(what).filter(Objects::nonNull).sorted().toList();
        if (sorted.isEmpty()) {
            return null;
        }
        var middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : Double.valueOf((sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }
}
