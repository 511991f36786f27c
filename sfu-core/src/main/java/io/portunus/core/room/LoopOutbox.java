// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.pipe.PipeWriter;
import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// What the rooms of one media loop tell those of others: nothing gets lost or overtakes another
/// where a queue over there is full for a moment, and no loop waits for another's queue. Confined
/// to its media loop.
final class LoopOutbox {
    /// What waits when another loop has taken nothing for seconds; more is a fault.
    static final int MAX_WAITING = 1 << 16;

    static final long RETRY_NANOS = 5_000_000;

    private final OtherLoops loops;
    private final Wakeup wakeup;

    /// By loop; none is empty.
    private final Map<Integer, Deque<LoopCommand>> waiting = new HashMap<>();

    private long retryNanos = Deadlines.NEVER;

    LoopOutbox(OtherLoops loops, Wakeup wakeup) {
        this.loops = loops;
        this.wakeup = wakeup;
    }

    /// Which loop this is.
    int self() {
        return loops.self();
    }

    PipeWriter pipeTo(int loop) {
        return loops.pipeTo(loop);
    }

    /// Whether `loop` has still to be told something.
    boolean hasWaiting(int loop) {
        return waiting.containsKey(loop);
    }

    /// Goes there now, or when there is room.
    ///
    /// @throws IllegalStateException when too much waits already; never for what says that
    ///   something has ended, of which there is one for each room
    void tell(int loop, LoopCommand command) {
        var before = waiting.get(loop);
        if (before == null && loops.send(loop, command)) {
            return;
        }
        if (before != null && before.size() >= MAX_WAITING && !isEnd(command)) {
            throw new IllegalStateException("another media loop takes nothing any more");
        }
        waiting.computeIfAbsent(loop, _ -> new ArrayDeque<>()).add(command);
        // At once: it is the loop's next step that knows the time.
        retryNanos = Math.min(retryNanos, 0);
        wakeup.at(retryNanos);
    }

    private static boolean isEnd(LoopCommand command) {
        return switch (command) {
            case LoopCommand.EndMirror _, LoopCommand.MirrorFailed _ -> true;
            case LoopCommand.Mirror _, LoopCommand.Demand _ -> false;
        };
    }

    long nextDeadlineNanos() {
        return retryNanos;
    }

    void onDeadline(long nowNanos) {
        if (nowNanos < retryNanos) {
            return;
        }
        waiting.entrySet().removeIf(each -> sendAll(each.getKey(), each.getValue()));
        retryNanos = waiting.isEmpty() ? Deadlines.NEVER : nowNanos + RETRY_NANOS;
    }

    private boolean sendAll(int loop, Deque<LoopCommand> commands) {
        while (!commands.isEmpty() && loops.send(loop, commands.getFirst())) {
            commands.removeFirst();
        }
        return commands.isEmpty();
    }
}
