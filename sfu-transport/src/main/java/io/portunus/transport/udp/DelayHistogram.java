// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How long packets take from the kernel's receipt of a datagram to the return of the call that
/// sent what came of it, counted in buckets that are fixed: each octave of microseconds has eight,
/// so that a delay is known to an eighth. Counting makes no object and takes no lock.
///
/// Written by one media loop only; read by anybody, who sees what was true a moment ago.
public final class DelayHistogram {
    /// What everything longer than this counts as: about a second.
    static final long LONGEST_MICROS = (1L << 20) - 1;

    private static final int PARTS_BITS = 3;
    private static final int PARTS = 1 << PARTS_BITS;
    private static final long NANOS_PER_MICRO = 1_000;

    /// How many buckets there are.
    public static final int BUCKETS = bucketOf(LONGEST_MICROS) + 1;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[BUCKETS];

    /// The sum of all delays.
    private final long[] sumNanos = new long[1];

    private long recentSumNanos;
    private long recentCount;

    /// Counts one delay; for clocks can be set, a negative one as none, and hours as the longest.
    public void record(long nanos) {
        var delay = Math.clamp(nanos, 0, LONGEST_MICROS * NANOS_PER_MICRO);
        add(counts, bucketOf(delay / NANOS_PER_MICRO), 1);
        add(sumNanos, 0, delay);
        recentSumNanos += delay;
        recentCount++;
    }

    /// The mean of what was counted since this was last asked, by the loop itself; 0 for nothing.
    public long takeRecentNanos() {
        var mean = recentCount == 0 ? 0 : recentSumNanos / recentCount;
        recentSumNanos = 0;
        recentCount = 0;
        return mean;
    }

    private static void add(long[] to, int index, long number) {
        ELEMENT.setOpaque(to, index, to[index] + number);
    }

    /// Below eight each microsecond has a bucket; from there on the three bits behind the leading
    /// one tell the part of the octave.
    private static int bucketOf(long micros) {
        if (micros < PARTS) {
            return (int) micros;
        }
        var octave = Long.SIZE - 1 - PARTS_BITS - Long.numberOfLeadingZeros(micros);
        return (octave << PARTS_BITS) + (int) (micros >>> octave);
    }

    /// How many delays fell into `bucket`, from 0 to [#BUCKETS]` - 1`.
    public long count(int bucket) {
        return (long) ELEMENT.getOpaque(counts, bucket);
    }

    /// Where `bucket` ends, itself not included; the last one has no end.
    public static long endNanos(int bucket) {
        if (bucket == BUCKETS - 1) {
            return Long.MAX_VALUE;
        }
        var next = bucket + 1;
        var octave = Math.max(0, (next >>> PARTS_BITS) - 1);
        return ((long) (next - (octave << PARTS_BITS)) << octave) * NANOS_PER_MICRO;
    }

    /// The sum of all delays.
    public long sumNanos() {
        return (long) ELEMENT.getOpaque(sumNanos, 0);
    }

    /// How many there were in all.
    public long total() {
        var total = 0L;
        for (var bucket = 0; bucket < BUCKETS; bucket++) {
            total += count(bucket);
        }
        return total;
    }

    /// The end of the bucket that holds the delay which this part of all, 0 to 1, does not exceed;
    /// 0 while there are none.
    public long quantileNanos(double part) {
        var rank = (long) Math.ceil(total() * part);
        var seen = 0L;
        for (var bucket = 0; bucket < BUCKETS && rank > 0; bucket++) {
            seen += count(bucket);
            if (seen >= rank) {
                return endNanos(bucket);
            }
        }
        return 0;
    }
}
