// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.fate.Fate;
import io.portunus.core.rtp.Rtx;
import java.util.Arrays;

/// What one outgoing stream sends again on request, on its retransmission stream (RFC 4588): not
/// too soon after the last time, and not more than its share. Confined to its media loop.
final class Repairs {
    /// A repair that was sent so short a time ago may still arrive.
    private static final long MIN_RESEND_NANOS = 20_000_000;

    /// How many of the newest numbers are timed.
    private static final int TIMED = 1_024;

    private static final long[] UNTIMED = {};

    private final Outlet outlet;
    private final SendStatistics statistics;
    private final int ssrc;
    private final ResendBudget budget = new ResendBudget();
    private long next;

    /// When a number was last sent again; made when first needed, for most streams never are asked.
    private long[] resentNanos = UNTIMED;

    private long[] resentIndexes = UNTIMED;

    /// @param ssrc of the retransmission stream
    /// @param first its first sequence number
    Repairs(Outlet outlet, SendStatistics statistics, int ssrc, long first) {
        this.outlet = outlet;
        this.statistics = statistics;
        this.ssrc = ssrc;
        next = first;
    }

    int ssrc() {
        return ssrc;
    }

    /// The stream itself has sent something, of which repairs may have their share.
    void onSent(int payloadBytes) {
        budget.onSent(payloadBytes);
    }

    /// Whether the packet that went out under the number `out` may be sent again now. To be asked
    /// before it is looked for, so that asking for much costs us little.
    boolean mayRepeat(long out, long nowNanos) {
        return !budget.isSpent() && !wasJustSent(out, nowNanos);
    }

    /// Sends the content of `packet` again, which goes out under the number `out`, when that
    /// [#mayRepeat].
    ///
    /// @return [Fate#RESENT], or why not
    Fate send(
            PacketWriter to,
            TrackPacket packet,
            long out,
            int timestamp,
            FrameContinuity frames,
            long nowNanos) {
        if (!budget.spend(to.boundBytes(packet))) {
            return Fate.RESEND_TOO_SOON;
        }
        var fate = to.resend(packet, out, timestamp, ssrc, next, frames, nowNanos);
        if (fate == Fate.EGRESS_FULL || fate == Fate.TOO_LARGE) {
            return fate;
        }
        next++;
        statistics.onRepaired(Rtx.OSN_BYTES + packet.rtp().payloadBytes());
        var at = (int) out & (TIMED - 1);
        resentIndexes[at] = out;
        resentNanos[at] = nowNanos;
        return fate == Fate.SENT ? Fate.RESENT : fate;
    }

    private boolean wasJustSent(long out, long nowNanos) {
        if (resentNanos.length == 0) {
            resentNanos = new long[TIMED];
            resentIndexes = new long[TIMED];
            Arrays.fill(resentIndexes, -1);
        }
        var at = (int) out & (TIMED - 1);
        var least = Math.max(MIN_RESEND_NANOS, outlet.rttNanos() / 2);
        return resentIndexes[at] == out && nowNanos - resentNanos[at] < least;
    }
}
