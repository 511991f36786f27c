// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

/// How long a media loop looks into its inbox before its sockets get their turn. Tasks that ask for
/// one another are run by the event loop for up to a second and more without a look at anything
/// else, so after a while the next one has to wait for the timer, which is watched as the sockets
/// are. Confined to its media loop.
final class InboxPace {
    /// For how long the inbox may keep the loop from its sockets.
    static final long MOST_NANOS = 2_000_000;

    /// What follows within this is taken to follow at once.
    static final long AT_ONCE_NANOS = 20_000;

    private long sinceNanos;
    private long doneNanos;
    private boolean waits;

    /// Whether the inbox may be looked at now. If not, it waits until [#onTimer].
    boolean mayLook(long nowNanos) {
        if (nowNanos - doneNanos > AT_ONCE_NANOS) {
            sinceNanos = nowNanos;
        }
        waits = nowNanos - sinceNanos > MOST_NANOS;
        return !waits;
    }

    /// It has been looked at.
    void done(long nowNanos) {
        doneNanos = nowNanos;
    }

    /// The timer has gone off: whether the inbox has waited for that, and is to be looked at.
    boolean onTimer(long nowNanos) {
        var waited = waits;
        waits = false;
        if (waited) {
            sinceNanos = nowNanos;
        }
        return waited;
    }
}
