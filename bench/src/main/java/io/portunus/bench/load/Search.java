// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import java.util.ArrayList;
import java.util.List;

/// Looks for the most receivers that a server serves with less than one per cent of loss: doubles
/// their number until it does not, then halves the gap.
final class Search {
    /// What must be delivered.
    static final double ENOUGH = 0.99;

    /// The gap at which it stops, as a part of the number.
    private static final int PRECISION = 20;

    private static final int MOST = 10_000;

    private final Workload workload;
    private final Target target;
    private final Progress progress;
    private final long maxLagNanos;
    private final List<LoadResult> results = new ArrayList<>();
    private String limit = "";

    Search(Workload workload, Target target, Progress progress, long maxLagNanos) {
        this.workload = workload;
        this.target = target;
        this.progress = progress;
        this.maxLagNanos = maxLagNanos;
    }

    /// What was found, in words.
    String run() throws InterruptedException {
        var good = 0;
        var bad = MOST + 1;
        var next = workload.subscribers();
        while (next <= MOST && next != good) {
            if (isServed(next)) {
                good = next;
            } else {
                bad = next;
            }
            next = next(good, bad);
        }
        return "most receivers with less than 1 %% of loss: %d%s"
                .formatted(good, limit.isEmpty() ? "" : " (" + limit + ")");
    }

    /// The number to try next; `good` itself when it is found.
    static int next(int good, int bad) {
        if (bad > MOST) {
            return good == MOST ? good : Math.min(2 * good, MOST);
        }
        return bad - good <= Math.max(1, good / PRECISION) ? good : (good + bad) / 2;
    }

    private boolean isServed(int receivers) throws InterruptedException {
        if (receivers < (workload.scenario() == Workload.Scenario.MEETING ? 2 : 1)) {
            return true;
        }
        var load = workload.withSubscribers(receivers);
        var result = new LoadRun(load, target, progress, maxLagNanos).run();
        results.add(result);
        progress.say(
                "%d receivers: %.3f %% delivered%s"
                        .formatted(
                                receivers,
                                100 * result.packets().deliveredRatio(),
                                result.isVoid() ? ", VOID: " + result.voidBecause() : ""));
        if (result.isVoid()) {
            limit = "beyond that the generator was at its own limit: " + result.voidBecause();
        } else if (result.packets().deliveredRatio() < ENOUGH) {
            limit = "";
        }
        return !result.isVoid() && result.packets().deliveredRatio() >= ENOUGH;
    }

    /// All runs, in order.
    List<LoadResult> results() {
        return results;
    }
}
