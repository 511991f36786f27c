// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.LoadResult.Cost;
import io.portunus.bench.load.LoadResult.Events;
import io.portunus.bench.load.LoadResult.Generator;
import io.portunus.bench.load.LoadResult.Packets;
import io.portunus.bench.load.LoadResult.Percentiles;
import io.portunus.bench.load.client.Downlink;
import io.portunus.bench.load.client.Tally;
import io.portunus.bench.load.client.Tally.Count;
import io.portunus.bench.load.server.Confinement;
import io.portunus.transport.srtp.SrtpProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// One run: everybody joins, media flows, what happens within the window is measured.
public final class LoadRun {
    /// How late the generator may be, at the 99th percentile, before the run says nothing.
    public static final long MAX_LAG_NANOS = 5_000_000L;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// Between joining and the window at least, so that it begins later than now.
    private static final long LEAD_NANOS = 100_000_000L;

    /// How long a packet may be on its way, retransmissions included.
    private static final long DRAIN_NANOS = 1_000_000_000L;

    private static final double MICRO = 1_000.0;
    private static final double MEBIBYTE = 1 << 20;
    private static final int MAX_COMPLAINTS = 5;

    /// What was used at the beginning or the end of the window.
    private record Reading(long nanos, ProcessUse generator, @Nullable ProcessUse server) {}

    private final Workload workload;
    private final Target target;
    private final Progress progress;
    private final Conditions conditions;

    /// @param maxLagNanos later than this at the 99th percentile, and the run is void
    public LoadRun(Workload workload, Target target, Progress progress, long maxLagNanos) {
        this(workload, target, progress, Conditions.maxLag(maxLagNanos));
    }

    LoadRun(Workload workload, Target target, Progress progress, Conditions conditions) {
        this.workload = workload;
        this.target = target;
        this.progress = progress;
        this.conditions = conditions;
    }

    /// @throws io.portunus.bench.load.janus.ApiException when the server does not play along
    public LoadResult run() throws InterruptedException {
        try (var call = new Call(workload, target)) {
            try {
                progress.say(
                        target.name()
                                + ": "
                                + workload.publishers()
                                + " -> "
                                + workload.subscribers()
                                + " join");
                call.join();
                var confinement = conditions.confinement();
                return confinement == null ? measure(call) : measure(call, confinement);
            } finally {
                call.stop();
            }
        }
    }

    private LoadResult measure(Call call, Confinement confinement) throws InterruptedException {
        confinement.tighten();
        try {
            return measure(call);
        } finally {
            confinement.loosen();
        }
    }

    private LoadResult measure(Call call) throws InterruptedException {
        var start = System.nanoTime() + LEAD_NANOS + workload.warmUpSeconds() * NANOS_PER_SECOND;
        var end = start + workload.seconds() * NANOS_PER_SECOND;
        call.window().set(start, end);
        progress.follow(call.tally(), start, "warming up");
        call.checkAlive();
        // Asking costs the server something, so it asks outside of what is measured.
        var metrics = ServerMetrics.scrape(target.metrics());
        var before = read();
        progress.follow(call.tally(), end, "measuring");
        var after = read();
        var told = ServerMetrics.scrape(target.metrics());
        progress.follow(call.tally(), end + DRAIN_NANOS, "waiting for the last packets");
        call.checkAlive();
        var drops = call.drops();
        var conflicts = call.roleConflicts();
        // Afterwards the server complains of us.
        var complaints = call.complaints(MAX_COMPLAINTS);
        call.stop();
        return result(call, before, after, metrics, told, drops, conflicts, complaints);
    }

    private Reading read() {
        var pid = target.pid();
        return new Reading(
                System.nanoTime(),
                ProcessUse.of(ProcessHandle.current().pid()),
                pid == 0 ? null : ProcessUse.of(pid));
    }

    private LoadResult result(
            Call call,
            Reading before,
            Reading after,
            ServerMetrics metricsBefore,
            ServerMetrics metrics,
            long drops,
            long conflicts,
            List<String> complaints) {
        var packets = packets(call);
        var nanos = after.nanos() - before.nanos();
        var generator = after.generator().since(before.generator());
        var lag = call.pacer().lag();
        return new LoadResult(
                workload,
                target.name(),
                names(call.profilesIn()),
                names(call.profilesOut()),
                packets,
                cost(before, after, packets.out(), metrics.packetsPerCall(metricsBefore)),
                percentiles(call.reception().delays()),
                metrics.delays().since(metricsBefore.delays()).percentiles(),
                new Generator(percentiles(lag), ratio(generator.nanos(), nanos)),
                events(call.tally(), conflicts),
                voidBecause(call, lag, ratio(generator.nanos(), nanos), drops, complaints));
    }

    private Packets packets(Call call) {
        var in = call.tally().get(Count.PUBLISHED);
        var out = call.tally().get(Count.DELIVERED);
        var expected = in * workload.copies();
        return new Packets(
                in, out, expected, ratio(out, expected), worst(call.downlinks(), expected));
    }

    private static Cost cost(Reading before, Reading after, long packets, double packetsPerCall) {
        var perCall = Double.isFinite(packetsPerCall) ? packetsPerCall : null;
        if (before.server() == null || after.server() == null) {
            return new Cost(null, null, null, null, perCall, null);
        }
        var used = after.server().since(before.server());
        return new Cost(
                ratio(used.nanos(), packets) / MICRO,
                ratio(used.userNanos(), packets) / MICRO,
                ratio(used.systemNanos(), packets) / MICRO,
                ratio(used.nanos(), after.nanos() - before.nanos()),
                perCall,
                used.residentBytes() / MEBIBYTE);
    }

    private static Events events(Tally tally, long conflicts) {
        return new Events(
                tally.get(Count.CHECKED),
                tally.get(Count.NOT_AS_SENT) + tally.get(Count.NOT_AUTHENTIC),
                tally.get(Count.DUPLICATE),
                tally.get(Count.NACKED),
                tally.get(Count.RECOVERED),
                tally.get(Count.LOST_ON_PURPOSE),
                tally.get(Count.SHIFTED),
                tally.get(Count.KEY_FRAMES_ASKED),
                conflicts);
    }

    private List<String> voidBecause(
            Call call, Histogram lag, double cores, long drops, List<String> complaints) {
        var why = new ArrayList<String>();
        if (call.tally().get(Count.PUBLISHED) == 0) {
            why.add("nothing was published");
        }
        if (lag.getValueAtPercentile(99) > conditions.maxLagNanos()) {
            why.add(
                    "the generator was %.1f ms late (p99), %.1f are allowed"
                            .formatted(
                                    lag.getValueAtPercentile(99) / 1e6,
                                    conditions.maxLagNanos() / 1e6));
        }
        if (cores > conditions.maxCores()) {
            why.add(
                    "the generator used %.0f %% of a processor, %.0f are allowed"
                            .formatted(100 * cores, 100 * conditions.maxCores()));
        }
        if (drops > 0) {
            why.add("the generator did not read " + drops + " datagrams in time");
        }
        if (call.tally().get(Count.REFUSED) > 0) {
            why.add("the generator could not send " + call.tally().get(Count.REFUSED));
        }
        complaints.forEach(each -> why.add("the server said " + each));
        return why;
    }

    private double worst(List<Downlink> downlinks, long expected) {
        var each = (double) expected / downlinks.size();
        return downlinks.stream().mapToDouble(one -> one.delivered() / each).min().orElse(0);
    }

    private static String names(Set<SrtpProfile> profiles) {
        return profiles.stream().map(Enum::name).collect(Collectors.joining(", "));
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static Percentiles percentiles(Histogram histogram) {
        return new Percentiles(
                histogram.getValueAtPercentile(50) / MICRO,
                histogram.getValueAtPercentile(99) / MICRO,
                histogram.getValueAtPercentile(99.9) / MICRO,
                histogram.getMaxValue() / MICRO);
    }
}
