// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.LoadResult.Percentiles;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The server's own histogram of how long packets were in it: from the kernel's receipt until what
/// came of them was sent.
///
/// @param counts how many were no longer than so many seconds, over all media loops
record DelayBuckets(NavigableMap<Double, Double> counts) {
    static final DelayBuckets NONE = new DelayBuckets(new TreeMap<>());

    private static final String BUCKET = "portunus_media_delay_seconds_bucket";
    private static final String LIMIT = "le=\"";
    private static final double MICROS_PER_SECOND = 1e6;

    /// From the text format of Prometheus.
    static DelayBuckets parse(String text) {
        var counts = new TreeMap<Double, Double>();
        for (var line : text.lines().toList()) {
            if (line.startsWith(BUCKET)) {
                var from = line.indexOf(LIMIT) + LIMIT.length();
                var limit = line.substring(from, line.indexOf('"', from));
                var seconds =
                        limit.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(limit);
                var count = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                counts.merge(seconds, count, Double::sum);
            }
        }
        return new DelayBuckets(counts);
    }

    /// What was added since `before`.
    DelayBuckets since(DelayBuckets before) {
        var added = new TreeMap<Double, Double>();
        counts.forEach(
                (limit, count) -> added.put(limit, count - before.counts.getOrDefault(limit, 0.0)));
        return new DelayBuckets(added);
    }

    /// In microseconds, spread evenly within a bucket; the most is the end of the last bucket that
    /// has any. Null while there are none.
    @Nullable Percentiles percentiles() {
        if (counts.isEmpty() || !(counts.lastEntry().getValue() > 0)) {
            return null;
        }
        return new Percentiles(quantile(0.5), quantile(0.99), quantile(0.999), quantile(1));
    }

    private double quantile(double part) {
        var rank = counts.lastEntry().getValue() * part;
        var below = Map.entry(0.0, 0.0);
        for (var bucket : counts.entrySet()) {
            if (bucket.getValue() >= rank) {
                return MICROS_PER_SECOND * within(below, bucket, rank);
            }
            below = bucket;
        }
        throw new IllegalStateException("the last bucket has all");
    }

    private static double within(
            Map.Entry<Double, Double> below, Map.Entry<Double, Double> bucket, double rank) {
        if (Double.isInfinite(bucket.getKey())) {
            return below.getKey();
        }
        var share = (rank - below.getValue()) / (bucket.getValue() - below.getValue());
        return below.getKey() + share * (bucket.getKey() - below.getKey());
    }
}
