// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.refusal;

import io.portunus.bench.load.udp.Affinity;
import io.portunus.bench.load.udp.Urgency;
import io.portunus.transport.udp.SocketKind;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// `portunus bench --refusals`: floods a media loop over loopback, kind after kind in turn, and
/// says how much processor time of the loop each datagram took, from the system call that receives
/// it to the counter of its fate, beside one that is accepted.
public final class Refusals {
    /// Until everything is compiled, for which there is another processor meanwhile.
    private static final int WARM_UP_ROUNDS = 100;

    private static final int ROUNDS = 30;
    private static final int BATCHES = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = 20_000;

    private final Victim victim;
    private final Sender sender;
    private final Map<Flood, List<Double>> nanos = new EnumMap<>(Flood.class);

    Refusals(Victim victim, Sender sender) {
        this.victim = victim;
        this.sender = sender;
    }

    /// Says why where it cannot be done.
    ///
    /// @return whether it was done
    public static boolean run() throws InterruptedException {
        if (SocketKind.best() != SocketKind.EPOLL) {
            System.out.println("no refusals are measured: it needs Linux and native access");
            return false;
        }
        try (var victim = new Victim();
                var sender = new Sender(victim)) {
            var refusals = new Refusals(victim, sender);
            for (var round = 0; round < WARM_UP_ROUNDS; round++) {
                refusals.round(false);
            }
            // The loop finds whole batches, as in a flood that is faster than it is.
            Affinity.gather();
            Urgency.ofThisThread();
            for (var round = 0; round < ROUNDS; round++) {
                refusals.round(true);
            }
            refusals.print(System.out);
        }
        return true;
    }

    /// Each kind once.
    void round(boolean counts) {
        for (var flood : Flood.values()) {
            var each = measure(flood);
            if (counts) {
                nanos.computeIfAbsent(flood, _ -> new ArrayList<>()).add(each);
            }
        }
    }

    /// Nanoseconds of the loop for each datagram.
    private double measure(Flood flood) {
        var before = victim.nanos();
        var datagrams = 0;
        for (var i = 0; i < BATCHES; i++) {
            var counted = victim.count(flood.fate());
            var sent = sender.send(flood);
            datagrams += sent;
            await(flood, counted + sent);
        }
        return (double) (victim.nanos() - before) / datagrams;
    }

    private void await(Flood flood, long count) {
        var until = System.nanoTime() + PATIENCE_NANOS;
        while (victim.count(flood.fate()) < count) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException(
                        "%s: %d of %d met their fate, %d could not be sent"
                                .formatted(
                                        flood.label(),
                                        victim.count(flood.fate()),
                                        count,
                                        sender.refused()));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void print(PrintStream out) {
        out.printf(
                "%n%-38s %-20s %12s %10s%n",
                "of a media loop, for each datagram", "fate", "ns", "ratio");
        var accepted = median(Flood.ACCEPTED);
        for (var flood : Flood.values()) {
            out.printf(
                    Locale.ROOT,
                    "%-38s %-20s %12.0f %10.2f%n",
                    flood.label(),
                    flood.fate(),
                    median(flood),
                    median(flood) / accepted);
        }
    }

    private double median(Flood flood) {
        var sorted =
                nanos.getOrDefault(flood, List.of()).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
