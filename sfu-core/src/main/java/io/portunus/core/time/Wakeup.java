// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.time;

import org.jspecify.annotations.Nullable;

/// The earliest time at which anything of a group wants to be woken, kept without asking all of
/// them: whoever sets a deadline lowers it, and it lowers that of the group around.
///
/// When it is due the owner clears it, wakes the members that are due, and each lowers it again to
/// its own next deadline. Confined to its media loop.
public final class Wakeup {
    private final @Nullable Wakeup around;
    private long nextNanos = Deadlines.NEVER;
    private long opportunityNanos = Deadlines.NEVER;

    /// The outermost group: a media loop.
    public Wakeup() {
        around = null;
    }

    /// A member of `around` which has members itself.
    public Wakeup(Wakeup around) {
        this.around = around;
    }

    /// Wake at `atNanos`, unless that happens earlier anyway; [Deadlines#NEVER] asks for nothing.
    public void at(long atNanos) {
        at(atNanos, atNanos);
    }

    /// Likewise, but from `fromNanos` on it may be done already where the loop is awake anyhow.
    public void at(long fromNanos, long atNanos) {
        if (atNanos < nextNanos || fromNanos < opportunityNanos) {
            nextNanos = Math.min(nextNanos, atNanos);
            opportunityNanos = Math.min(opportunityNanos, fromNanos);
            if (around != null) {
                around.at(fromNanos, atNanos);
            }
        }
    }

    /// When to wake.
    public long nextNanos() {
        return nextNanos;
    }

    /// From when on there is something to be done where the loop is awake anyhow: not later than
    /// [#nextNanos].
    public long opportunityNanos() {
        return opportunityNanos;
    }

    /// Forgets what was asked for. The groups around keep it: they wake once for nothing.
    public void clear() {
        nextNanos = Deadlines.NEVER;
        opportunityNanos = Deadlines.NEVER;
    }
}
