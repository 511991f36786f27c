// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.portunus.core.time.Deadlines;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The one timer of a media loop: wakes it at the earliest moment that anybody asked for. Confined
/// to that loop.
final class Wakeup {
    /// Whoever is due again at once gets a new turn no sooner, so that packets get theirs.
    private static final long LEAST_NANOS = 100_000;

    private final EventExecutor loop;
    private final Runnable onTime;
    private long wantedNanos = Deadlines.NEVER;
    private long setNanos = Deadlines.NEVER;
    private @Nullable Future<?> timer;
    private boolean wokenEarly;

    Wakeup(EventExecutor loop, Runnable onTime) {
        this.loop = loop;
        this.onTime = onTime;
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
        stop();
        setNanos = wantedNanos;
        var delay = Math.max(wantedNanos - nowNanos, LEAST_NANOS);
        timer = loop.schedule(onTime, delay, TimeUnit.NANOSECONDS);
    }

    private void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /// The timer has gone off, or what it was set to is done [early][#early]: everybody is asked
    /// anew what they want.
    void onTime() {
        stop();
        wantedNanos = Deadlines.NEVER;
        setNanos = Deadlines.NEVER;
        wokenEarly = false;
    }
}
