// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.PeerId;
import io.portunus.core.pipe.Pipe;
import io.portunus.core.pipe.PipeReader;
import io.portunus.core.pipe.PipeWriter;
import io.portunus.core.room.OtherLoops;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The media loops of one server in the same virtual time. What one tells another takes a moment to
/// get there, as it does between threads.
public final class SimulatedLoops {
    /// How much room there is in each pipe unless a test says otherwise.
    private static final int PIPE_BYTES = 4 << 20;

    private static final int MOST_WAKINGS_AT_ONCE = 10;
    private static final long CROSSING_NANOS = 50_000;
    private static final int PACKETS_A_TURN = 64;

    private final VirtualTime time = new VirtualTime();
    private final EventChecker events = new EventChecker();
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final List<Neighbours> neighbours = new ArrayList<>();
    private final int pipeBytes;
    private long lastRequest;
    private long lastPeer;
    private final Set<Integer> stalled = new HashSet<>();
    private boolean jammed;

    /// @param memorySlots how many packets each keeps
    SimulatedLoops(int count, long seed, int memorySlots, int pipeBytes) {
        this.pipeBytes = pipeBytes;
        for (var i = 0; i < count; i++) {
            var others = new Neighbours(i);
            neighbours.add(others);
            loops.add(new SimulatedLoop(this, seed + i, memorySlots, others));
        }
    }

    public SimulatedLoops(int count, long seed) {
        this(count, seed, SimulatedLoop.MEMORY_SLOTS, PIPE_BYTES);
    }

    /// @param pipeBytes how much room there is in each pipe
    public static SimulatedLoops withPipes(int count, long seed, int pipeBytes) {
        return new SimulatedLoops(count, seed, SimulatedLoop.MEMORY_SLOTS, pipeBytes);
    }

    public SimulatedLoop get(int loop) {
        return loops.get(loop);
    }

    public int count() {
        return loops.size();
    }

    VirtualTime time() {
        return time;
    }

    EventChecker events() {
        return events;
    }

    long nextRequest() {
        return ++lastRequest;
    }

    PeerId nextPeer() {
        return new PeerId(++lastPeer);
    }

    /// While jammed, the loops' queues take nothing from each other.
    public void jam(boolean jammed) {
        this.jammed = jammed;
    }

    /// While stalled, `loop` looks into no pipe.
    public void stall(int loop, boolean stalled) {
        if (stalled) {
            this.stalled.add(loop);
        } else {
            this.stalled.remove(loop);
        }
    }

    /// Does all that is due on any loop until `duration` has passed.
    public void run(long durationNanos) {
        var end = time.nowNanos() + durationNanos;
        var wakingNanos = time.nowNanos();
        var wakings = 0;
        while (true) {
            var next = time.nextNanos();
            for (var loop : loops) {
                next = Math.min(next, loop.rooms().nextDeadlineNanos());
            }
            if (next > end) {
                break;
            }
            time.moveTo(Math.max(next, time.nowNanos()));
            if (!time.runOne()) {
                for (var loop : loops) {
                    if (loop.rooms().nextDeadlineNanos() <= time.nowNanos()) {
                        loop.rooms().onDeadline(time.nowNanos());
                        loop.afterCall();
                    }
                }
                wakings = time.nowNanos() == wakingNanos ? wakings + 1 : 0;
                wakingNanos = time.nowNanos();
                assertThat(wakings)
                        .as("wakings at one and the same instant")
                        .isLessThan(MOST_WAKINGS_AT_ONCE);
            }
        }
        time.moveTo(end);
    }

    /// `loop` is the only one.
    void only(SimulatedLoop loop) {
        loops.add(loop);
    }

    /// What a loop does at the end of its turn.
    void publish(int loop) {
        if (loop < neighbours.size()) {
            neighbours.get(loop).publish();
        }
    }

    private final class Neighbours implements OtherLoops {
        private final int self;
        private final Map<Integer, Pipe> pipes = new HashMap<>();

        Neighbours(int self) {
            this.self = self;
        }

        @Override
        public int self() {
            return self;
        }

        @Override
        public boolean send(int loop, LoopCommand command) {
            if (jammed) {
                return false;
            }
            time.after(
                    CROSSING_NANOS,
                    () -> {
                        loops.get(loop).rooms().apply(command, time.nowNanos());
                        loops.get(loop).afterCall();
                    });
            return true;
        }

        @Override
        public PipeWriter pipeTo(int loop) {
            return pipes.computeIfAbsent(
                            loop, _ -> new Pipe(MemorySegment.ofArray(new byte[pipeBytes])))
                    .writer();
        }

        void publish() {
            pipes.forEach((loop, pipe) -> {
                if (pipe.writer().publish()) {
                    time.after(CROSSING_NANOS, () -> drain(loop, pipe.reader()));
                }
            });
        }

        private void drain(int loop, PipeReader reader) {
            if (stalled.contains(loop)) {
                time.after(VirtualTime.MILLIS, () -> drain(loop, reader));
                return;
            }
            var more = loops.get(loop).rooms().onPipe(reader, PACKETS_A_TURN, time.nowNanos());
            loops.get(loop).afterCall();
            if (more) {
                time.after(CROSSING_NANOS, () -> drain(loop, reader));
            }
        }
    }
}
