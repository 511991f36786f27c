// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.transport.loop.LoopCounters;
import io.portunus.transport.udp.DelayHistogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;

/// Tells how long packets take on each media loop, as a Prometheus histogram. Thread-safe.
final class DelayCollector implements Collector {
    /// An octave has eight buckets; four of them together are told as one, from 16 µs on.
    private static final int TOGETHER = 4;

    private static final int FIRST = 15;
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<LoopCounters> loops;

    DelayCollector(List<LoopCounters> loops) {
        this.loops = List.copyOf(loops);
    }

    @Override
    public HistogramSnapshot collect() {
        var snapshot =
                HistogramSnapshot.builder()
                        .name("portunus_media_delay_seconds")
                        .help(
                                "From the kernel's receipt of a datagram until what came of it was sent");
        for (var loop : loops) {
            snapshot.dataPoint(
                    HistogramSnapshot.HistogramDataPointSnapshot.builder()
                            .labels(Labels.of("loop", Integer.toString(loop.loop())))
                            .classicHistogramBuckets(buckets(loop.delays()))
                            .sum(loop.delays().sumNanos() / NANOS_PER_SECOND)
                            .build());
        }
        return snapshot.build();
    }

    private static ClassicHistogramBuckets buckets(DelayHistogram delays) {
        var buckets = ClassicHistogramBuckets.builder();
        var count = 0L;
        for (var bucket = 0; bucket < DelayHistogram.BUCKETS; bucket++) {
            count += delays.count(bucket);
            var isLast = bucket == DelayHistogram.BUCKETS - 1;
            if (isLast) {
                buckets.bucket(Double.POSITIVE_INFINITY, count);
            } else if (bucket >= FIRST && (bucket - FIRST) % TOGETHER == 0) {
                buckets.bucket(DelayHistogram.endNanos(bucket) / NANOS_PER_SECOND, count);
                count = 0;
            }
        }
        return buckets.build();
    }
}
