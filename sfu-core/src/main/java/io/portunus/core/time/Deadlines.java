// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.time;

import java.util.Arrays;

/// When each of a component's timers is next due, one slot per constant of `T`; all times in
/// nanoseconds of the loop's monotonic clock. Nothing to cancel, nothing that fires by itself.
public final class Deadlines<T extends Enum<T>> {
    /// The answer of `nextDeadlineNanos()` where nothing is waited for.
    public static final long NEVER = Long.MAX_VALUE;

    private final long[] dueNanos;

    public Deadlines(Class<T> timers) {
        dueNanos = new long[timers.getEnumConstants().length];
        Arrays.fill(dueNanos, NEVER);
    }

    public void set(T timer, long atNanos) {
        dueNanos[timer.ordinal()] = atNanos;
    }

    public void clear(T timer) {
        dueNanos[timer.ordinal()] = NEVER;
    }

    public boolean isSet(T timer) {
        return dueNanos[timer.ordinal()] != NEVER;
    }

    /// When `timer` is due, or [#NEVER].
    public long dueNanos(T timer) {
        return dueNanos[timer.ordinal()];
    }

    /// Whether `timer` is due; a due timer is cleared by being asked about.
    public boolean expire(T timer, long nowNanos) {
        if (dueNanos[timer.ordinal()] > nowNanos) {
            return false;
        }
        clear(timer);
        return true;
    }

    public long nextNanos() {
        var next = NEVER;
        for (var due : dueNanos) {
            next = Math.min(next, due);
        }
        return next;
    }
}
