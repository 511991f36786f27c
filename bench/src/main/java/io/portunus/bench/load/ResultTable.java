// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.LoadResult.Percentiles;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Prints results for people, a line each.
final class ResultTable {
    private static final double THOUSAND = 1_000.0;

    private final PrintStream out;

    ResultTable(PrintStream out) {
        this.out = out;
    }

    void print(List<LoadResult> results) {
        out.printf(
                "%n%-22s %-20s %9s %9s %9s %7s %14s %9s %20s %19s %15s %5s %7s%n",
                "server",
                "load",
                "in",
                "out",
                "delivered",
                "us/pkt",
                "(user+system)",
                "pkts/send",
                "delay ms 50/99/99.9%",
                "of it in the server",
                "lag ms 50/99%",
                "gen.",
                "RSS MiB");
        results.forEach(this::line);
        for (var result : results) {
            out.printf(
                    "%s, %s: SRTP %s in, %s out; payloads compared: %d, not as sent: %d%n",
                    result.server(),
                    result.workload().name(),
                    result.profileIn(),
                    result.profileOut(),
                    result.events().payloadsChecked(),
                    result.events().payloadsNotAsSent());
            result.voidBecause().forEach(why -> out.println("  VOID: " + why));
        }
    }

    private void line(LoadResult result) {
        var delay = result.delay();
        var lag = result.generator().lag();
        var cost = result.cost();
        out.printf(
                Locale.ROOT,
                "%-22s %-20s %9d %9d %8.3f%% %7s %14s %9s %20s %19s %15s %4.0f%% %7s%n",
                result.server(),
                result.workload().name(),
                result.packets().in(),
                result.packets().out(),
                100 * result.packets().deliveredRatio(),
                number(cost.cpuMicrosPerPacket(), 2),
                "("
                        + number(cost.cpuUserMicrosPerPacket(), 2)
                        + "+"
                        + number(cost.cpuSystemMicrosPerPacket(), 2)
                        + ")",
                number(cost.packetsPerSendCall(), 1),
                millis(delay),
                result.within() == null ? "-" : millis(result.within()),
                millis(lag.p50()) + "/" + millis(lag.p99()),
                100 * result.generator().cores(),
                number(cost.residentMebibytes(), 0));
    }

    private static String millis(Percentiles delay) {
        return millis(delay.p50()) + "/" + millis(delay.p99()) + "/" + millis(delay.p999());
    }

    private static String millis(double micros) {
        return number(micros / THOUSAND, 2);
    }

    /// `-` for what is not known.
    static String number(@Nullable Double value, int digits) {
        return value == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
