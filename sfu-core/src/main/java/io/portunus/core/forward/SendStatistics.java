// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaReport;
import io.portunus.core.time.LastSecond;

/// What one outgoing stream has sent, and what its subscriber says of it. Confined to its media
/// loop.
public final class SendStatistics {
    private long packets;
    private long octets;
    private boolean heard;
    private int lostInAll;
    private int lostSinceAsked;
    private int fractionLost;
    private int jitter;
    private long reportArrivedShortNtp;
    private long lastSenderReport;
    private long delaySinceSenderReport;
    private long nacks;
    private long repairs;
    private long repairBytes;
    private final LastSecond lastSecond = new LastSecond();

    void onSent(int payloadBytes) {
        packets++;
        octets += payloadBytes;
    }

    /// A report block about this stream (RFC 3550 §6.4.1).
    ///
    /// @param cumulativeLost signed: duplicates may outweigh losses
    void onReport(int cumulativeLost) {
        if (heard) {
            lostSinceAsked += Math.max(0, cumulativeLost - lostInAll);
        }
        heard = true;
        lostInAll = cumulativeLost;
    }

    /// The rest of the same report block, whose fields [MediaReport.RemoteReport] explains; all are
    /// read as unsigned.
    void onReport(
            int fractionLost, int jitter, int arrivedShortNtp, int lastReport, int delaySince) {
        this.fractionLost = fractionLost;
        this.jitter = jitter;
        reportArrivedShortNtp = Integer.toUnsignedLong(arrivedShortNtp);
        lastSenderReport = Integer.toUnsignedLong(lastReport);
        delaySinceSenderReport = Integer.toUnsignedLong(delaySince);
    }

    /// The subscriber asked for repairs, with one NACK.
    void onNack() {
        nacks++;
    }

    /// A packet was sent again.
    void onRepaired(int payloadBytes) {
        repairs++;
        repairBytes += payloadBytes;
    }

    /// To be called once a second, while it is connected.
    public void onSecond() {
        lastSecond.end(octets + repairBytes);
    }

    /// How it does, for whoever asks.
    MediaReport.Sent report(MediaPlan.Line line, long ssrc, long rtxSsrc) {
        return new MediaReport.Sent(
                line.index(),
                line.mid(),
                line.codec(),
                ssrc,
                rtxSsrc,
                packets + repairs,
                octets + repairBytes,
                lastSecond.count(),
                nacks,
                repairs,
                heard ? remote() : null);
    }

    private MediaReport.RemoteReport remote() {
        return new MediaReport.RemoteReport(
                lostInAll,
                fractionLost,
                jitter,
                reportArrivedShortNtp,
                lastSenderReport,
                delaySinceSenderReport);
    }

    /// Packets sent, as a sender report counts them.
    public int packets() {
        return (int) packets;
    }

    /// Payload bytes sent, as a sender report counts them.
    public int octets() {
        return (int) octets;
    }

    public boolean hasSent() {
        return packets > 0;
    }

    /// Packets that the subscriber has reported lost since this was last asked.
    public int takeLost() {
        var lost = lostSinceAsked;
        lostSinceAsked = 0;
        return lost;
    }
}
