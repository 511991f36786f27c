// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.time.Deadlines;
import io.portunus.transport.udp.LoopTimer;
import java.util.concurrent.Executor;
import java.util.function.Function;

/// The one timer of a media loop: wakes it at the earliest moment that anybody asked for. Confined
/// to that loop.
final class Wakeup {
    /// Whoever is due again at once gets a new turn no sooner, so that packets get theirs.
    private static final long LEAST_NANOS = 100_000;

    private static final long AT_ONCE_NANOS = 1;

    private final Executor loop;
    private final Runnable onTime;
    private final LoopTimer timer;
    private long wantedNanos = Deadlines.NEVER;
    private long setNanos = Deadlines.NEVER;
    private boolean wokenEarly;

    /// @param timer makes what calls `onTime` when it goes off
    Wakeup(Executor loop, Runnable onTime, Function<Runnable, LoopTimer> timer) {
        this.loop = loop;
        this.onTime = onTime;
        this.timer = timer.apply(onTime);
    }

    /// Somebody wants to be woken at `atNanos`; takes effect with [#set].
    void want(long atNanos) {
        wantedNanos = Math.min(wantedNanos, atNanos);
    }

    /// There is something to be done while the loop is awake anyhow: as a step of its own, which
    /// follows the present one, not as a part of that.
    void early() {
        if (!wokenEarly) {
            wokenEarly = true;
            loop.execute(onTime);
        }
    }

    /// Sets the timer if what is wanted is earlier than what it is set to. Once per turn.
    void set(long nowNanos) {
        if (wantedNanos >= setNanos || wokenEarly) {
            return;
        }
        setNanos = wantedNanos;
        timer.set(Math.max(wantedNanos - nowNanos, LEAST_NANOS));
    }

    /// Sets the timer to go off at once, that is when the sockets have had their turn.
    void afterSockets(long nowNanos) {
        wantedNanos = Math.min(wantedNanos, nowNanos);
        if (!wokenEarly) {
            setNanos = wantedNanos;
            timer.set(AT_ONCE_NANOS);
        }
    }

    /// The timer has gone off, or what it was set to is done [early][#early]: everybody is asked
    /// anew what they want.
    void onTime() {
        timer.stop();
        wantedNanos = Deadlines.NEVER;
        setNanos = Deadlines.NEVER;
        wokenEarly = false;
    }

    /// Nobody is woken any more.
    void close() {
        timer.close();
    }
}
