// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The datagrams that wait for a flush, in one chain for each destination, so that what was queued
/// packet by packet over all subscribers can be sent subscriber by subscriber. Confined to its
/// media loop.
///
/// Queueing and taking out cost the same however many destinations there are, and make no object:
/// chains are links in arrays, and a [Path] remembers which chain is its own. Chains go in the
/// order in which they were begun, and datagrams of one path in the order in which they were
/// queued.
final class SendQueue {
    /// The most datagrams of one run (UDP_MAX_SEGMENTS of Linux up to 6.8).
    static final int MAX_SEGMENTS = 64;

    /// The most bytes of one run: what is left of 65535 behind the headers of IPv6 and UDP.
    static final int MAX_RUN_BYTES = 65_535 - 40 - 8;

    /// Longer datagrams go alone: behind the headers of IPv6 and UDP they fit no Ethernet frame,
    /// and the system would refuse the run.
    static final int MAX_SEGMENT_BYTES = 1_500 - 40 - 8;

    private static final int NONE = -1;

    private final long[] addresses;
    private final int[] lengths;
    private final int[] following;
    private final @Nullable Path[] paths;
    private final int[] last;
    private final int[] next;
    private final boolean runs;
    private int size;
    private int chains;

    /// How many chains are wholly taken out, …
    private int done;

    /// … and which was the first to be.
    private int first;

    /// Which is to be the first after the next [#clear].
    private int nextFirst;

    /// @param capacity how many datagrams it takes
    /// @param runs whether datagrams may go together
    SendQueue(int capacity, boolean runs) {
        addresses = new long[capacity];
        lengths = new int[capacity];
        following = new int[capacity];
        paths = new Path[capacity];
        last = new int[capacity];
        next = new int[capacity];
        this.runs = runs;
    }

    boolean isFull() {
        return size == addresses.length;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Queues the `length` bytes at `address`; not when full.
    void add(Path path, long address, int length) {
        var datagram = size++;
        addresses[datagram] = address;
        lengths[datagram] = length;
        following[datagram] = NONE;
        var own = path.chain();
        if (own < chains && Objects.equals(path, paths[own])) {
            following[last[own]] = datagram;
            last[own] = datagram;
        } else {
            begin(path, datagram);
        }
    }

    private void begin(Path path, int datagram) {
        path.chain(chains);
        paths[chains] = path;
        next[chains] = datagram;
        last[chains] = datagram;
        chains++;
    }

    /// Takes out as much as fits into `vector`, which is emptied first. False when nothing was
    /// left.
    boolean moveTo(SendVector vector) {
        vector.clear();
        while (done < chains && vector.hasRoom()) {
            var chain = (first + done) % chains;
            var path = paths[chain];
            var datagram = next[chain];
            if (path == null || datagram == NONE) {
                done++;
            } else {
                next[chain] = runs ? takeRun(vector, path, datagram) : take(vector, path, datagram);
            }
        }
        return !vector.isEmpty();
    }

    /// One message of `first` and what can follow it: as long as it is, the last one shorter.
    /// Returns what comes next.
    private int takeRun(SendVector vector, Path path, int first) {
        var segment = lengths[first];
        var datagram = take(vector, path, first);
        if (!follows(datagram, segment) || segment > MAX_SEGMENT_BYTES || !path.takesRun()) {
            return datagram;
        }
        var bytes = segment;
        var segments = 1;
        while (follows(datagram, segment)
                && segments < MAX_SEGMENTS
                && bytes + lengths[datagram] <= MAX_RUN_BYTES) {
            var length = lengths[datagram];
            vector.append(addresses[datagram], length);
            bytes += length;
            segments++;
            datagram = following[datagram];
            if (length < segment) {
                break;
            }
        }
        vector.endRun(segment);
        return datagram;
    }

    /// An empty datagram would vanish within a run.
    private boolean follows(int datagram, int segment) {
        return datagram != NONE && lengths[datagram] > 0 && lengths[datagram] <= segment;
    }

    private int take(SendVector vector, Path path, int datagram) {
        vector.begin(path, addresses[datagram], lengths[datagram]);
        return following[datagram];
    }

    /// Forgets what there is and starts over.
    void clear() {
        Arrays.fill(paths, 0, chains, null);
        size = 0;
        chains = 0;
        done = 0;
        first = nextFirst;
    }

    /// Lets whoever went without this time be the first next time; those who are served again and
    /// again come in the same order.
    void startWith(Path path) {
        nextFirst = path.chain();
    }
}
