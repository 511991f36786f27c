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
        if (atNanos < nextNanos) {
            nextNanos = atNanos;
            if (around != null) {
                around.at(atNanos);
            }
        }
    }

    public long nextNanos() {
        return nextNanos;
    }

    /// Forgets what was asked for. The groups around keep it: they wake once for nothing.
    public void clear() {
        nextNanos = Deadlines.NEVER;
    }
}
