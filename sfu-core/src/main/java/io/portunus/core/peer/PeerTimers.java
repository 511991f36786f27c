// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.door.PeerId;
import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;

/// When one connection is to be looked at, whatever happens. Confined to its media loop.
///
/// What is done regularly is done in one of a few *slots* of each second, the same for many
/// connections, and sooner where the loop is awake anyhow: woken for each connection by itself, a
/// loop with many of them would do little else. Slots are given by number, so that each has as many
/// connections as the others, whenever they came. Spreading reports at random, as RFC 3550 §6.2 has
/// it, is for groups, whose members would all answer one address at once.
final class PeerTimers {
    private enum Timer {
        /// The clocks of a stream that has begun.
        FIRST_REPORT,
        /// Transport-wide feedback.
        ARRIVALS,
        /// Reports, and what else is looked at once a second.
        REGULAR
    }

    static final long PERIOD_NANOS = 1_000_000_000;

    /// A subscriber needs the clocks before it can bring sound and picture together.
    static final long FIRST_REPORT_NANOS = 20_000_000;

    /// As often as browsers do it themselves.
    static final long ARRIVALS_NANOS = 100_000_000;

    /// How much sooner something regular may be done: more than from one packet of sound to the
    /// next, less than from one slot to the next.
    static final long EASE_NANOS = 25_000_000;

    private static final long ARRIVALS_EASE_NANOS = 10_000_000;
    private static final int SLOTS = 20;

    /// As browsers do it: where there is only sound, one report in five seconds is enough (RFC 3550
    /// §6.2).
    private static final int PERIODS_WITHOUT_VIDEO = 5;

    private final Wakeup wakeup;
    private final Deadlines<Timer> due = new Deadlines<>(Timer.class);
    private final long slotNanos;
    private int periodsUntilReport;

    PeerTimers(PeerId id, Wakeup wakeup) {
        this.wakeup = wakeup;
        slotNanos = Math.floorMod(id.value(), SLOTS) * (PERIOD_NANOS / SLOTS);
    }

    /// The connection is up: from now on something is due every second.
    void start(long nowNanos) {
        due.set(Timer.REGULAR, slotAfter(nowNanos));
        wake();
    }

    /// The next slot that is ours.
    private long slotAfter(long nanos) {
        return nanos + PERIOD_NANOS - Math.floorMod(nanos - slotNanos, PERIOD_NANOS);
    }

    /// A report is due soon, if none is anyhow.
    void reportSoon(long nowNanos) {
        var soon = nowNanos + FIRST_REPORT_NANOS;
        if (due.dueNanos(Timer.FIRST_REPORT) > soon && due.dueNanos(Timer.REGULAR) > soon) {
            due.set(Timer.FIRST_REPORT, soon);
            wakeup.at(soon);
        }
    }

    /// There is something to be told of arrivals.
    void tellArrivals(long nowNanos) {
        if (!due.isSet(Timer.ARRIVALS)) {
            due.set(Timer.ARRIVALS, nowNanos + ARRIVALS_NANOS);
            wake();
        }
    }

    /// Whether it is time; being asked sets the next time.
    boolean isRegularDue(long nowNanos) {
        if (!due.expire(Timer.REGULAR, nowNanos + EASE_NANOS)) {
            return false;
        }
        due.set(Timer.REGULAR, slotAfter(nowNanos + EASE_NANOS));
        return true;
    }

    /// Whether a report is due as well; to be asked once where [#isRegularDue].
    boolean isReportDue(boolean hasVideo) {
        if (hasVideo || periodsUntilReport == 0) {
            periodsUntilReport = PERIODS_WITHOUT_VIDEO - 1;
            return true;
        }
        periodsUntilReport--;
        return false;
    }

    boolean isFirstReportDue(long nowNanos) {
        return due.expire(Timer.FIRST_REPORT, nowNanos);
    }

    boolean areArrivalsDue(long nowNanos) {
        return due.expire(Timer.ARRIVALS, nowNanos + ARRIVALS_EASE_NANOS);
    }

    /// Lowers the wake-up to the next time that anything is due, and to that from which on it may
    /// be done.
    void wake() {
        wakeup.at(due.dueNanos(Timer.FIRST_REPORT));
        wake(Timer.REGULAR, EASE_NANOS);
        wake(Timer.ARRIVALS, ARRIVALS_EASE_NANOS);
    }

    private void wake(Timer timer, long easeNanos) {
        if (due.isSet(timer)) {
            wakeup.at(due.dueNanos(timer) - easeNanos, due.dueNanos(timer));
        }
    }
}
