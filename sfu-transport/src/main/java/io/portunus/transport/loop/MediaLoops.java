// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaDoor;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.peer.LinkThresholds;
import io.portunus.core.time.WallClock;
import io.portunus.transport.peer.PeerFactory;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// All media loops of the server, and the one door onto them. Thread-safe.
public final class MediaLoops implements MediaDoor, AutoCloseable {
    private static final long LEAST_PIPE_BYTES = 1L << 20;

    private final Arena pipes = Arena.ofShared();
    private final List<MediaLoop> loops = new ArrayList<>();
    private final Placement placement;

    private MediaLoops(
            LoopSettings settings,
            LinkThresholds thresholds,
            Supplier<PeerFactory> factories,
            MediaEvents events) {
        placement =
                new Placement(
                        settings.loops(),
                        loop -> loops.get(loop).expectedLoadPermille(),
                        loop -> loops.get(loop).peers(),
                        settings.spreadAbovePercent() * 10);
        var clock = clock();
        var pipeBytes = pipeBytes(settings);
        try {
            for (var i = 0; i < settings.loops(); i++) {
                var own = new LoopPipes(i, settings.loops(), pipes, pipeBytes);
                loops.add(
                        new MediaLoop(
                                i, settings, thresholds, clock, factories.get(), events, own));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        var neighbours = new Neighbours(loops);
        loops.forEach(loop -> loop.connect(neighbours));
        loops.forEach(MediaLoop::start);
    }

    /// All pipes from one loop together are as large as its packet memory, if they are all there,
    /// but each has room for a few hundred packets.
    private static long pipeBytes(LoopSettings settings) {
        var others = Math.max(2, settings.loops() - 1);
        return Math.max(LEAST_PIPE_BYTES, settings.packetMemoryBytes() / others);
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
        return new MediaLoops(settings, thresholds, factories, events);
    }

    private record Neighbours(List<MediaLoop> loops) implements LoopPipes.Neighbours {
        @Override
        public boolean send(int loop, LoopCommand command) {
            return loops.get(loop).send(command);
        }

        @Override
        public void wake(int loop) {
            loops.get(loop).wake();
        }

        @Override
        public LoopPipes pipesOf(int loop) {
            return loops.get(loop).pipes();
        }
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

    @Override
    public int leastLoadedLoop() {
        return placement.room();
    }

    @Override
    public int loopForSubscriber(int home) {
        return placement.subscriber(home);
    }

    @Override
    public boolean send(int loop, MediaCommand command) {
        return loops.get(loop).send(command);
    }

    /// Says in the log where they listen and what they send by.
    public void log() {
        loops.forEach(MediaLoop::log);
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
        loops.forEach(MediaLoop::stopRooms);
        var ended = true;
        for (var loop : loops) {
            ended &= loop.stop();
        }
        // A loop that has not ended may still read what others put into its pipes.
        if (ended) {
            pipes.close();
        }
    }
}
