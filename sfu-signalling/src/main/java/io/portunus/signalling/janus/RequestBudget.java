// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

/// How many requests one connection may still make: a bucket that fills at a steady rate (a token
/// bucket). Whoever is refused and goes on regardless falls into debt, and is then not even read.
/// Confined to the signalling loop.
public final class RequestBudget {
    /// A second's worth, so often, may come at once.
    public static final int BURST = 4;

    /// Any number of requests.
    public static final RequestBudget UNLIMITED = new RequestBudget(0, 0);

    private static final double NANOS_PER_SECOND = 1e9;

    private final int perSecond;
    private double left;
    private long filledAtNanos;

    /// @param perSecond requests in the long run; 0 for any number
    public RequestBudget(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        left = (double) perSecond * BURST;
        filledAtNanos = nowNanos;
    }

    /// How many may be made in the long run.
    public int perSecond() {
        return perSecond;
    }

    /// Whether one more request may be made, which is then counted.
    public boolean take(long nowNanos) {
        if (perSecond == 0) {
            return true;
        }
        fill(nowNanos);
        var most = (double) perSecond * BURST;
        left = Math.max(-most, left - 1);
        return left >= 0;
    }

    /// Whether so many were refused that nothing more is to be looked at.
    public boolean isInDebt(long nowNanos) {
        if (perSecond == 0) {
            return false;
        }
        fill(nowNanos);
        return left <= -perSecond;
    }

    private void fill(long nowNanos) {
        var most = (double) perSecond * BURST;
        var gained = (nowNanos - filledAtNanos) / NANOS_PER_SECOND * perSecond;
        left = Math.min(most, left + gained);
        filledAtNanos = nowNanos;
    }
}
