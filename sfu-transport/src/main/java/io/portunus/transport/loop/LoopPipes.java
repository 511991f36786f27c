// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.pipe.Pipe;
import io.portunus.core.pipe.PipeReader;
import io.portunus.core.pipe.PipeWriter;
import io.portunus.core.room.OtherLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// What one media loop has to do with the others: its commands to them, and the pipes from it and
/// to it. A pipe is made when the first packet is to go through it. Confined to its media loop, but
/// for [#connect], and for what the loops at the other ends do to each other here.
final class LoopPipes implements OtherLoops {
    /// The other loops, as this one sees them. Thread-safe.
    interface Neighbours {
        boolean send(int loop, LoopCommand command);

        /// Has `loop` look into its pipes soon.
        void wake(int loop);

        /// The pipes of `loop`, so that it learns of one that leads to it.
        LoopPipes pipesOf(int loop);
    }

    private static final long CACHE_LINE = 64;

    private final int self;
    private final Arena arena;
    private final long bytes;
    private final @Nullable Pipe[] outgoing;
    private final AtomicReferenceArray<PipeReader> incoming;
    private volatile @Nullable Neighbours neighbours;

    /// @param loops how many there are
    /// @param arena what pipes are made in; to be closed only when all loops have ended
    /// @param bytes how large each is
    LoopPipes(int self, int loops, Arena arena, long bytes) {
        this.self = self;
        this.arena = arena;
        this.bytes = bytes;
        outgoing = new Pipe[loops];
        incoming = new AtomicReferenceArray<>(loops);
    }

    /// Before the loop is started.
    void connect(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    private Neighbours neighbours() {
        var known = neighbours;
        if (known == null) {
            throw new IllegalStateException("media loop " + self + " was not connected");
        }
        return known;
    }

    @Override
    public int self() {
        return self;
    }

    @Override
    public boolean send(int loop, LoopCommand command) {
        return neighbours().send(loop, command);
    }

    @Override
    public PipeWriter pipeTo(int loop) {
        var pipe = outgoing[loop];
        if (pipe == null) {
            pipe = new Pipe(memory());
            outgoing[loop] = pipe;
            neighbours().pipesOf(loop).incoming.set(self, pipe.reader());
        }
        return pipe.writer();
    }

    private MemorySegment memory() {
        try {
            return arena.allocate(bytes, CACHE_LINE);
        } catch (OutOfMemoryError e) {
            // The room that needs it ends, not the loop.
            throw new IllegalStateException("no memory for a pipe to another media loop", e);
        }
    }

    /// Lets the other loops see what was put into their pipes. Once at the end of each turn.
    void publish() {
        for (var loop = 0; loop < outgoing.length; loop++) {
            var pipe = outgoing[loop];
            if (pipe != null && pipe.writer().publish()) {
                neighbours().wake(loop);
            }
        }
    }

    /// How many places [#incoming] has.
    int loops() {
        return outgoing.length;
    }

    /// The pipe that comes from `loop`, or null where there is none.
    @Nullable PipeReader incoming(int loop) {
        return incoming.get(loop);
    }
}
