// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Java and C at the same work, by processor time of the thread that does it. Many short rounds in
/// turn, so that whatever else the machine does meets both; what counts is the median of each, and
/// their ratio.
final class Contest {
    /// How often each goes before it counts: compiled code is what is compared.
    private static final int WARM_UP_ROUNDS = 15;

    /// One side.
    interface Side {
        /// Does as much as one round is to have.
        ///
        /// @return processor time in nanoseconds for each packet
        double round();
    }

    /// @param name of the work
    /// @param target the ratio that is to be reached
    record Match(String name, double target, Side java, Side c) {}

    private final int rounds;
    private final List<Match> matches = new ArrayList<>();

    Contest(int rounds) {
        this.rounds = rounds;
    }

    void add(Match match) {
        matches.add(match);
    }

    /// Processor time of the calling thread.
    static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /// Prints a line for each match.
    void run(PrintStream out) {
        out.printf("%-46s %10s %10s %8s %8s%n", "ns per packet", "Java", "C", "ratio", "target");
        for (var i = 0; i < matches.size(); i++) {
            var match = matches.get(i);
            var java = new double[rounds];
            var c = new double[rounds];
            for (var round = -WARM_UP_ROUNDS; round < rounds; round++) {
                var nanos = match.java().round();
                var nanosOfC = match.c().round();
                if (round >= 0) {
                    java[round] = nanos;
                    c[round] = nanosOfC;
                }
            }
            var ratio = median(java) / median(c);
            out.printf(
                    Locale.ROOT,
                    "%-46s %10.0f %10.0f %8.2f %8.1f%n",
                    match.name(),
                    median(java),
                    median(c),
                    ratio,
                    match.target());
        }
    }

    static double median(double[] rounds) {
        var sorted = rounds.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
