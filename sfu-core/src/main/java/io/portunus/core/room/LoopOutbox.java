// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.pipe.PipeWriter;
import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;
import java.util.ArrayDeque;
import java.util.Deque;

/// What the rooms of one media loop tell those of others: nothing gets lost or overtakes another
/// where a queue over there is full for a moment. Confined to its media loop.
final class LoopOutbox {
    /// What waits when another loop has taken nothing for seconds; more is a fault.
    static final int MAX_WAITING = 1 << 16;

    static final long RETRY_NANOS = 5_000_000;

    private record Waiting(int loop, LoopCommand command) {}

    private final OtherLoops loops;
    private final Wakeup wakeup;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
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

    void tell(int loop, LoopCommand command) {
        if (waiting.isEmpty() && loops.send(loop, command)) {
            return;
        }
        if (waiting.size() >= MAX_WAITING) {
            throw new IllegalStateException("another media loop takes nothing any more");
        }
        waiting.add(new Waiting(loop, command));
        // At once: it is the loop's next step that knows the time.
        retryNanos = Math.min(retryNanos, 0);
        wakeup.at(retryNanos);
    }

    long nextDeadlineNanos() {
        return retryNanos;
    }

    void onDeadline(long nowNanos) {
        if (nowNanos < retryNanos) {
            return;
        }
        while (!waiting.isEmpty()) {
            var next = waiting.getFirst();
            if (!loops.send(next.loop(), next.command())) {
                retryNanos = nowNanos + RETRY_NANOS;
                return;
            }
            waiting.removeFirst();
        }
        retryNanos = Deadlines.NEVER;
    }
}
