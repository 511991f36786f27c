// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.ingest.ArrivalLog;
import io.portunus.core.ingest.InboundTrack;
import io.portunus.core.ingest.UplinkFeedback;
import io.portunus.core.rtcp.RtcpWriter;
import io.portunus.core.time.WallClock;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes the RTCP of one connection. Every compound begins with a receiver report (RFC 3550 §6.1),
/// if only an empty one. Confined to its media loop.
final class RtcpSender implements UplinkFeedback {
    /// What fits into a datagram on every path.
    static final int MAX_BYTES = 1_200;

    private static final byte[] NO_BODY = {};
    private static final int SENDER_REPORT_BYTES = 28;

    /// Names are 16 characters long.
    private static final int MAX_CNAME_CHUNK_BYTES = 32;

    private final Egress egress;
    private final WallClock clock;
    private final int ssrc;
    private final byte[] cname;
    private final RtcpWriter writer = new RtcpWriter();
    private byte[] feedbackBody = NO_BODY;
    private boolean connected;

    /// @param ssrc under which we report
    RtcpSender(Egress egress, WallClock clock, int ssrc, String cname) {
        this.egress = egress;
        this.clock = clock;
        this.ssrc = ssrc;
        this.cname = cname.getBytes(StandardCharsets.UTF_8);
    }

    void connected(boolean connected) {
        this.connected = connected;
    }

    int ssrc() {
        return ssrc;
    }

    @Override
    public void sendNack(int mediaSsrc, long[] indexes, int count) {
        if (open()) {
            writer.nack(ssrc, mediaSsrc);
            for (var i = 0; i < count; i++) {
                var number = (int) indexes[i] & 0xFFFF;
                if (!writer.missing(number)) {
                    egress.sendRtcp(writer.bytes());
                    if (!open()) {
                        return;
                    }
                    writer.nack(ssrc, mediaSsrc);
                    writer.missing(number);
                }
            }
            egress.sendRtcp(writer.bytes());
        }
    }

    @Override
    public void sendPictureLoss(int mediaSsrc) {
        if (open()) {
            writer.pictureLoss(ssrc, mediaSsrc);
            egress.sendRtcp(writer.bytes());
        }
    }

    @Override
    public void sendFullIntra(int mediaSsrc, int request) {
        if (open()) {
            writer.fullIntra(ssrc, mediaSsrc, request);
            egress.sendRtcp(writer.bytes());
        }
    }

    /// The most that the client is to send in all.
    void sendBitrateLimit(long bitrateBps, int mediaSsrc) {
        if (open()) {
            writer.remb(ssrc, bitrateBps, mediaSsrc);
            egress.sendRtcp(writer.bytes());
        }
    }

    /// Tells what has arrived when, in as many packets as that takes.
    void sendArrivals(ArrivalLog arrivals, int mediaSsrc) {
        if (feedbackBody.length == 0) {
            feedbackBody = new byte[MAX_BYTES];
        }
        while (arrivals.isPending()) {
            var bytes = arrivals.writeBody(feedbackBody);
            if (!open()) {
                continue;
            }
            var at = writer.transportFeedback(ssrc, mediaSsrc, bytes);
            if (at >= 0) {
                var memory = egress.memory();
                for (var i = 0; i < bytes; i++) {
                    memory.set(ValueLayout.JAVA_BYTE, at + i, feedbackBody[i]);
                }
                egress.sendRtcp(writer.bytes());
            }
        }
    }

    /// Tells how well we receive, and the clocks of what we send.
    void sendReports(List<InboundTrack> inbound, List<OutboundTrack> outbound, long nowNanos) {
        if (!open()) {
            return;
        }
        for (var i = 0; i < inbound.size(); i++) {
            if (!report(inbound.get(i), nowNanos)) {
                // No report has more blocks, so the next go out by themselves.
                writer.cname(ssrc, cname);
                egress.sendRtcp(writer.bytes());
                if (!open()) {
                    return;
                }
                report(inbound.get(i), nowNanos);
            }
        }
        writer.cname(ssrc, cname);
        for (var i = 0; i < outbound.size(); i++) {
            var track = outbound.get(i);
            if (track.canReport() && !report(track, nowNanos)) {
                egress.sendRtcp(writer.bytes());
                if (!open()) {
                    return;
                }
                report(track, nowNanos);
            }
        }
        egress.sendRtcp(writer.bytes());
    }

    private boolean open() {
        if (!connected) {
            return false;
        }
        var at = egress.reserve(MAX_BYTES);
        if (at < 0) {
            return false;
        }
        writer.begin(egress.memory(), at, MAX_BYTES);
        return writer.receiverReport(ssrc);
    }

    private boolean report(InboundTrack track, long nowNanos) {
        var statistics = track.statistics();
        if (!track.hasSsrc() || !statistics.hasReceived()) {
            return true;
        }
        if (!writer.reportBlock(
                track.ssrc(),
                statistics.fractionLost(),
                statistics.cumulativeLost(),
                statistics.extendedHighest(),
                statistics.jitter(),
                statistics.lastSenderReport(),
                statistics.delaySinceSenderReport(nowNanos))) {
            return false;
        }
        statistics.onReported();
        return true;
    }

    /// A sender report with the name of the source, or neither where both do not fit.
    private boolean report(OutboundTrack track, long nowNanos) {
        var statistics = track.statistics();
        var name = track.cname();
        if (writer.bytes() + SENDER_REPORT_BYTES + MAX_CNAME_CHUNK_BYTES > MAX_BYTES) {
            return false;
        }
        var ntp = clock.ntp(nowNanos);
        var timestamp = track.timestampAt(nowNanos);
        return writer.senderReport(
                        (int) track.ssrc(),
                        ntp,
                        timestamp,
                        statistics.packets(),
                        statistics.octets())
                && writer.cname((int) track.ssrc(), name);
    }
}
