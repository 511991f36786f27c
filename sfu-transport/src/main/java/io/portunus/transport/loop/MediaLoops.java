// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaDoor;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.peer.LinkThresholds;
import io.portunus.core.time.WallClock;
import io.portunus.transport.peer.PeerFactory;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// All media loops of the server, and the one door onto them. Thread-safe.
public final class MediaLoops implements MediaDoor, AutoCloseable {
    private final List<MediaLoop> loops;
    private final AtomicInteger nextFirst = new AtomicInteger();

    private MediaLoops(List<MediaLoop> loops) {
        this.loops = loops;
    }

    /// Binds every address with the port of each loop and starts the loops. All or nothing.
    ///
    /// @param factories makes one factory of peers for each loop
    /// @param thresholds may be changed while the loops run
    /// @param events told on the media loops
    /// @throws java.io.UncheckedIOException naming address and port, when one cannot be bound
    public static MediaLoops start(
            LoopSettings settings,
            LinkThresholds thresholds,
            Supplier<PeerFactory> factories,
            MediaEvents events) {
        var clock = clock();
        var loops = new ArrayList<MediaLoop>();
        try {
            for (var i = 0; i < settings.loops(); i++) {
                loops.add(new MediaLoop(i, settings, thresholds, clock, factories.get(), events));
            }
        } catch (RuntimeException e) {
            loops.forEach(MediaLoop::stop);
            throw e;
        }
        loops.forEach(MediaLoop::start);
        return new MediaLoops(List.copyOf(loops));
    }

    /// The same with the default thresholds.
    public static MediaLoops start(
            LoopSettings settings, Supplier<PeerFactory> factories, MediaEvents events) {
        return start(settings, new LinkThresholds(), factories, events);
    }

    private static WallClock clock() {
        var now = Instant.now();
        var unixNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return new WallClock(System.nanoTime(), unixNanos);
    }

    @Override
    public int loops() {
        return loops.size();
    }

    /// The loop with the fewest peers; where there are as many, each in its turn, so that rooms
    /// that are made together don't all land on one.
    @Override
    public int leastLoadedLoop() {
        var first = Math.floorMod(nextFirst.getAndIncrement(), loops.size());
        var least = first;
        for (var i = 1; i < loops.size(); i++) {
            var candidate = (first + i) % loops.size();
            if (loops.get(candidate).peers() < loops.get(least).peers()) {
                least = candidate;
            }
        }
        return least;
    }

    @Override
    public boolean send(int loop, MediaCommand command) {
        return loops.get(loop).send(command);
    }

    /// What loop `loop` listens on, in the order of the settings.
    public List<InetSocketAddress> localAddresses(int loop) {
        return loops.get(loop).localAddresses();
    }

    /// One of each loop, in their order.
    public List<LoopCounters> counters() {
        return loops.stream().map(MediaLoop::counters).toList();
    }

    /// Ends all rooms and peers, tells about it, and frees the ports. Waits for the loops.
    @Override
    public void close() {
        loops.forEach(MediaLoop::stop);
    }
}
