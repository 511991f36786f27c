// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.LoadResult.Percentiles;
import io.portunus.bench.load.janus.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks for the most receivers that a server serves: doubles their number until it does not, then
/// halves the gap. Then it looks at how late packets are somewhat below that, and at what is left
/// of the server far beyond.
final class Search {
    /// What must be delivered.
    static final double ENOUGH = 0.99;

    /// Packets that are later than this at the median wait in a queue that grows, and whose end
    /// within the window is luck.
    static final double LATE_MICROS = 100_000;

    private static final double BELOW = 0.7;
    private static final double BEYOND = 1.5;

    /// The gap at which it stops, as a part of the number.
    private static final int PRECISION = 20;

    private static final int MOST = 10_000;

    /// How often a number whose run is void is tried again: what else the machine did may be over.
    private static final int ATTEMPTS = 3;

    /// How often a server may refuse to play along before that is the result.
    private static final int MAX_REFUSALS = 5;

    private static final int REST_SECONDS = 3;

    /// What was found.
    ///
    /// @param quota what the server had, in words
    /// @param limit why it may be more than that; empty where it is not
    /// @param capacity the most receivers, with their run
    /// @param below with [#BELOW] of the packets, within the same quota
    /// @param unhurried with as many, and no quota
    /// @param beyond with [#BEYOND] of the packets
    /// @param goodputRatio what was delivered then, as a part of the most that ever was
    /// @param runs all that were run for it, void ones too
    record Found(
            String quota,
            String limit,
            LoadResult capacity,
            LoadResult below,
            LoadResult unhurried,
            LoadResult beyond,
            double goodputRatio,
            List<LoadResult> runs) {
        Found {
            runs = List.copyOf(runs);
        }

        boolean isVoid() {
            return !limit.isEmpty() || below.isVoid() || beyond.isVoid();
        }
    }

    private final Workload workload;
    private final Target target;
    private final Progress progress;
    private final Conditions conditions;
    private final List<LoadResult> results = new ArrayList<>();
    private String limit = "";

    Search(Workload workload, Target target, Progress progress, Conditions conditions) {
        this.workload = workload;
        this.target = target;
        this.progress = progress;
        this.conditions = conditions;
    }

    /// @throws IllegalStateException when not even the least number is served
    Found run() throws InterruptedException {
        progress.say("once without measuring");
        run(workload, conditions.unconfined());
        var capacity = most();
        var receivers = capacity.workload().subscribers();
        var below = measured(scaled(receivers, BELOW), conditions);
        var unhurried = measured(scaled(receivers, BELOW), conditions.unconfined());
        var beyond = measured(scaled(receivers, BEYOND), conditions);
        return new Found(
                conditions.confinement() == null
                        ? "the whole machine"
                        : conditions.confinement().description(),
                limit,
                capacity,
                below,
                unhurried,
                beyond,
                goodput(beyond) / peak(),
                results);
    }

    private LoadResult most() throws InterruptedException {
        @Nullable LoadResult best = null;
        var good = 0;
        var bad = MOST + 1;
        var next = workload.subscribers();
        while (next <= MOST && next != good && next >= least()) {
            var result = measured(next, conditions);
            if (!isServed(result) && !result.isVoid()) {
                // It may have been the machine's fault, or that of code that was not yet compiled.
                result = measured(next, conditions);
            }
            if (isServed(result)) {
                good = next;
                best = result;
            } else {
                bad = next;
            }
            next = next(good, bad);
        }
        if (best == null) {
            throw new IllegalStateException(
                    target.name()
                            + " serves not even the least number of receivers "
                            + results.getLast().voidBecause());
        }
        return best;
    }

    private int least() {
        return workload.scenario() == Workload.Scenario.MEETING ? 2 : 1;
    }

    /// The number to try next; `good` itself when it is found.
    static int next(int good, int bad) {
        if (bad > MOST) {
            return good == MOST ? good : Math.min(2 * good, MOST);
        }
        return bad - good <= Math.max(1, good / PRECISION) ? good : (good + bad) / 2;
    }

    /// How many receivers make `part` of the packets that `receivers` make. In a meeting everybody
    /// sends to all others.
    private int scaled(int receivers, double part) {
        var scaled =
                workload.scenario() == Workload.Scenario.MEETING
                        ? receivers * Math.sqrt(part)
                        : receivers * part;
        return Math.clamp(Math.round(scaled), least(), MOST);
    }

    private LoadResult measured(int receivers, Conditions conditions) throws InterruptedException {
        var load = workload.withSubscribers(receivers);
        LoadResult result;
        var attempt = 0;
        do {
            result = run(load, conditions);
            results.add(result);
            progress.say(
                    "%d receivers: %.3f %% delivered, %.1f ms on the way (p50), generator %.0f %%%s"
                            .formatted(
                                    receivers,
                                    100 * result.packets().deliveredRatio(),
                                    result.delay().p50() / 1e3,
                                    100 * result.generator().cores(),
                                    result.isVoid() ? ", VOID: " + result.voidBecause() : ""));
        } while (result.isVoid() && ++attempt < ATTEMPTS);
        return result;
    }

    /// One run; a server that refuses newcomers, since it was overloaded just now, is asked again.
    private LoadResult run(Workload load, Conditions conditions) throws InterruptedException {
        for (var refusals = 0; ; refusals++) {
            try {
                return new LoadRun(load, target, progress, conditions).run();
            } catch (ApiException e) {
                if (refusals == MAX_REFUSALS) {
                    throw e;
                }
                progress.say("once more in a moment: " + e.getMessage());
                TimeUnit.SECONDS.sleep(REST_SECONDS);
            }
        }
    }

    private boolean isServed(LoadResult result) {
        var enough =
                result.packets().deliveredRatio() >= ENOUGH && result.delay().p50() < LATE_MICROS;
        if (result.isVoid()) {
            limit = "beyond that no run counts: " + result.voidBecause();
        } else if (!enough) {
            limit = "";
        }
        return enough && !result.isVoid();
    }

    private static double goodput(LoadResult result) {
        return (double) result.packets().out() / result.workload().seconds();
    }

    private double peak() {
        return results.stream()
                .filter(result -> !result.isVoid())
                .mapToDouble(Search::goodput)
                .max()
                .orElse(Double.NaN);
    }

    /// In words, a line each.
    static List<String> lines(Found found) {
        var lines = new ArrayList<String>();
        var capacity = found.capacity();
        lines.add(
                "most receivers with less than 1 %% of loss: %d, %.0f packets/s out, with %s%s"
                        .formatted(
                                capacity.workload().subscribers(),
                                goodput(capacity),
                                found.quota(),
                                found.limit().isEmpty() ? "" : " (" + found.limit() + ")"));
        lines.add(delay("at 70 % of that", found.below()));
        lines.add(delay("the same without a quota", found.unhurried()));
        lines.add(
                "at 150 %%: %d receivers, %.0f packets/s delivered, %.1f %% of the peak%s"
                        .formatted(
                                found.beyond().workload().subscribers(),
                                goodput(found.beyond()),
                                100 * found.goodputRatio(),
                                voidBecause(found.beyond())));
        return lines;
    }

    private static String delay(String what, LoadResult result) {
        return "%s: %d receivers, delay %s%s%s"
                .formatted(
                        what,
                        result.workload().subscribers(),
                        millis(result.delay()),
                        result.within() == null
                                ? ""
                                : "; of it in the server " + millis(result.within()),
                        voidBecause(result));
    }

    private static String millis(Percentiles delay) {
        return "p50 %.2f ms, p99 %.2f, p99.9 %.2f"
                .formatted(delay.p50() / 1e3, delay.p99() / 1e3, delay.p999() / 1e3);
    }

    private static String voidBecause(LoadResult result) {
        return result.isVoid() ? ", VOID: " + result.voidBecause() : "";
    }
}
