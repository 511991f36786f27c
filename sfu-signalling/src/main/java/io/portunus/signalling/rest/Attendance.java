// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.portunus.signalling.media.SignallingLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Whether a client that polls is still there: it is missed when a poll breaks off, and gone when
/// nothing is heard of it for a while. Confined to the signalling loop.
final class Attendance {
    /// A connection that was found dead had been silent for so long already.
    static final Duration SILENT = Duration.ofSeconds(10);

    /// What comes so soon behind a poll that broke off may have been on its way before.
    static final Duration IN_FLIGHT = Duration.ofSeconds(1);

    /// Who polls without end comes back so soon after an answer.
    static final Duration PROMPT = Duration.ofSeconds(2);

    private static final long NEVER = Long.MIN_VALUE;

    private final SignallingLoop loop;
    private final Duration granted;
    private final Runnable whenGone;
    private @Nullable Exchange answered;
    private long answeredAtNanos = NEVER;
    private boolean hasReturned;
    private boolean hasLingered;
    private long missedAtNanos = NEVER;
    private SignallingLoop.@Nullable Timer patience;

    /// @param granted how long nothing may be heard of a client that is missed
    /// @param whenGone runs when nothing was
    Attendance(SignallingLoop loop, Duration granted, Runnable whenGone) {
        this.loop = loop;
        this.granted = granted;
        this.whenGone = whenGone;
    }

    /// A poll has come.
    void polled() {
        heardOf();
        if (answeredAtNanos == NEVER) {
            return;
        }
        if (loop.nowNanos() - answeredAtNanos <= PROMPT.toNanos()) {
            hasReturned = true;
        } else {
            hasLingered = true;
        }
        answeredAtNanos = NEVER;
    }

    /// A poll has been answered.
    void answered(Exchange exchange) {
        answered = exchange;
        answeredAtNanos = loop.nowNanos();
    }

    /// Whether somebody whose last poll came by `exchange`, and was answered, was about to ask
    /// again: who has always done so at once.
    boolean wasAboutToReturn(Exchange exchange) {
        return exchange.equals(answered) && hasReturned && !hasLingered;
    }

    /// Nobody asks for events any more, who did.
    ///
    /// @param silent whether the connection had been silent for long before that was noticed
    void missed(boolean silent) {
        heardOf();
        missedAtNanos = loop.nowNanos();
        var wait = granted;
        if (silent) {
            var left = wait.minus(SILENT);
            wait = left.compareTo(IN_FLIGHT) < 0 ? IN_FLIGHT : left;
        }
        patience =
                loop.schedule(
                        wait,
                        () -> {
                            if (isMissed()) {
                                whenGone.run();
                            }
                        });
    }

    boolean isMissed() {
        return missedAtNanos != NEVER;
    }

    /// It has asked for something else.
    void active() {
        if (isMissed() && loop.nowNanos() - missedAtNanos >= IN_FLIGHT.toNanos()) {
            heardOf();
        }
    }

    /// It is there, or does not matter any more.
    void heardOf() {
        missedAtNanos = NEVER;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }
}
