// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import io.portunus.core.time.Deadlines;
import java.util.PriorityQueue;

/// Time as a number that a test moves, and what is to happen when. What is due at the same instant
/// happens in the order it was asked for.
public final class VirtualTime {
    public static final long MILLIS = 1_000_000;
    public static final long SECONDS = 1_000 * MILLIS;

    private record Task(long atNanos, long order, Runnable action) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>((a, b) ->
                    a.atNanos != b.atNanos
                            ? Long.compare(a.atNanos, b.atNanos)
                            : Long.compare(a.order, b.order));
    private long nowNanos;
    private long order;

    /// Not from 0, so that nothing works only because the clock began there.
    public VirtualTime() {
        nowNanos = 1_000 * SECONDS;
    }

    public long nowNanos() {
        return nowNanos;
    }

    public void after(long delayNanos, Runnable action) {
        tasks.add(new Task(nowNanos + delayNanos, order++, action));
    }

    /// When the next thing happens, or [Deadlines#NEVER].
    public long nextNanos() {
        return tasks.isEmpty() ? Deadlines.NEVER : tasks.peek().atNanos;
    }

    /// Moves to `atNanos`, which is never before now.
    public void moveTo(long atNanos) {
        if (atNanos < nowNanos) {
            throw new IllegalArgumentException("time does not go back");
        }
        nowNanos = atNanos;
    }

    /// Does the first thing that is due; false when there is none.
    public boolean runOne() {
        if (nextNanos() > nowNanos) {
            return false;
        }
        tasks.remove().action.run();
        return true;
    }
}
