// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.pipe.PipeReader;
import java.util.function.LongSupplier;

/// How much of what other loops have put into the pipes one turn hands on: some packets of each
/// pipe after the other, for a short time. What one packet costs depends on how many there are to
/// have it, so that a number of packets would bound nothing: while a loop is at it, it reads no
/// socket and notices no delay. Confined to its media loop.
final class PipeTurn {
    /// So many of one pipe at a time: a frame's packets go out in the same runs.
    static final int PACKETS = 8;

    /// Hands on what has come through one pipe.
    interface Handing {
        /// @param most packets
        /// @return whether more are waiting
        boolean hand(PipeReader pipe, int most, long nowNanos);
    }

    private final LoopPipes pipes;
    private final Handing handing;
    private final LongSupplier clock;
    private long sinceNanos;

    /// @param clock the time in nanoseconds, read after every few packets
    PipeTurn(LoopPipes pipes, Handing handing, LongSupplier clock) {
        this.pipes = pipes;
        this.handing = handing;
        this.clock = clock;
    }

    /// @return whether more are waiting, for which there was no time
    boolean run(long nowNanos) {
        sinceNanos = oldest();
        while (round(nowNanos)) {
            if (clock.getAsLong() - nowNanos >= InboxPace.MOST_NANOS) {
                return true;
            }
        }
        return false;
    }

    private boolean round(long nowNanos) {
        var more = false;
        for (var loop = 0; loop < pipes.loops(); loop++) {
            var pipe = pipes.incoming(loop);
            if (pipe != null && handing.hand(pipe, PACKETS, nowNanos)) {
                more = true;
            }
        }
        return more;
    }

    private long oldest() {
        var oldest = 0L;
        for (var loop = 0; loop < pipes.loops(); loop++) {
            var pipe = pipes.incoming(loop);
            if (pipe != null) {
                var waiting = pipe.waitingSinceNanos();
                oldest = oldest == 0 || (waiting != 0 && waiting < oldest) ? waiting : oldest;
            }
        }
        return oldest;
    }

    /// When what the last turn handed on first had been put in, or 0 where nothing had.
    long sinceNanos() {
        return sinceNanos;
    }
}
