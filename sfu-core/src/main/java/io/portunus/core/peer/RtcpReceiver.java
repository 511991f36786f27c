// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.ingest.InboundTrack;
import io.portunus.core.rtcp.RtcpReader;
import io.portunus.core.time.WallClock;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the RTCP of one connection and brings each part to the track it is about. Confined to its
/// media loop.
final class RtcpReceiver {
    /// A longer round trip is a clock error.
    private static final int MAX_RTT_SHORT_NTP = 10 << 16;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final WallClock clock;
    private final FateCounters fates;
    private final PeerOutlet outlet;
    private final List<InboundTrack> inbound;
    private final List<OutboundTrack> outbound;
    private final RtcpReader reader = new RtcpReader();
    private long remoteLimitBps;

    /// @param inbound the connection's own list, which changes
    /// @param outbound likewise
    RtcpReceiver(
            WallClock clock,
            FateCounters fates,
            PeerOutlet outlet,
            List<InboundTrack> inbound,
            List<OutboundTrack> outbound) {
        this.clock = clock;
        this.fates = fates;
        this.outlet = outlet;
        this.inbound = inbound;
        this.outbound = outbound;
    }

    void onRtcp(MemorySegment memory, long offset, int length, long nowNanos) {
        reader.start(memory, offset, length);
        while (reader.next()) {
            onPacket(nowNanos);
        }
        fates.count(reader.isMalformed() ? Fate.RTCP_MALFORMED : Fate.RTCP_RECEIVED);
    }

    /// What the client's last REMB allows, in bits per second; 0 before one has come.
    long remoteLimitBps() {
        return remoteLimitBps;
    }

    private void onPacket(long nowNanos) {
        switch (reader.kind()) {
            case SENDER_REPORT -> {
                onSenderReport(nowNanos);
                onReportBlocks(nowNanos);
            }
            case RECEIVER_REPORT -> onReportBlocks(nowNanos);
            case BYE -> onBye();
            case NACK -> onNack(nowNanos);
            case PICTURE_LOSS -> requestKeyFrame(reader.mediaSsrc(), nowNanos);
            case FULL_INTRA -> {
                for (var i = 0; i < reader.firCount(); i++) {
                    requestKeyFrame(reader.firSsrc(i), nowNanos);
                }
            }
            case REMB -> remoteLimitBps = reader.rembBps();
            // What a subscriber can take is not measured by these; names of sources are our own.
            case TRANSPORT_FEEDBACK, SOURCE_DESCRIPTION, OTHER -> {}
        }
    }

    private void onSenderReport(long nowNanos) {
        var track = inbound(reader.senderSsrc());
        if (track != null) {
            track.onSenderReport(reader.ntp(), reader.rtpTimestamp(), nowNanos);
        }
    }

    private void onReportBlocks(long nowNanos) {
        for (var i = 0; i < reader.reportCount(); i++) {
            var track = outbound(reader.reportSsrc(i));
            if (track != null) {
                track.onReport(reader.cumulativeLost(i));
                track.onReport(
                        reader.fractionLost(i),
                        reader.jitter(i),
                        clock.shortNtp(nowNanos),
                        reader.lastSenderReport(i),
                        reader.delaySinceLastSenderReport(i));
                onRoundTrip(i, nowNanos);
            }
        }
    }

    /// RFC 3550 §6.4.1: from our report to the answer, less what the client held it.
    private void onRoundTrip(int report, long nowNanos) {
        var ours = reader.lastSenderReport(report);
        if (ours == 0) {
            return;
        }
        var held = reader.delaySinceLastSenderReport(report);
        var rtt = clock.shortNtp(nowNanos) - ours - held;
        if (rtt < 0 || rtt > MAX_RTT_SHORT_NTP) {
            return;
        }
        outlet.onRoundTrip((Math.max(1, rtt) * NANOS_PER_SECOND) >> 16);
        for (var i = 0; i < inbound.size(); i++) {
            inbound.get(i).onRoundTripTime(outlet.rttNanos());
        }
    }

    private void onBye() {
        for (var i = 0; i < reader.byeCount(); i++) {
            var track = inbound(reader.byeSsrc(i));
            if (track != null) {
                track.onBye();
            }
        }
    }

    private void onNack(long nowNanos) {
        var track = outbound(reader.mediaSsrc());
        if (track == null) {
            return;
        }
        track.onNack();
        for (var i = 0; i < reader.nackCount(); i++) {
            var first = reader.nackFirst(i);
            var mask = reader.nackMask(i);
            fates.count(track.resend(first, nowNanos));
            for (var bit = 0; bit < Short.SIZE; bit++) {
                if ((mask & (1 << bit)) != 0) {
                    var next = (first + 1 + bit) & 0xFFFF;
                    fates.count(track.resend(next, nowNanos));
                }
            }
        }
    }

    private void requestKeyFrame(int ssrc, long nowNanos) {
        var track = outbound(ssrc);
        if (track != null) {
            track.requestKeyFrame(nowNanos);
        }
    }

    private @Nullable InboundTrack inbound(int ssrc) {
        for (var i = 0; i < inbound.size(); i++) {
            var track = inbound.get(i);
            if (track.hasSsrc() && track.ssrc() == ssrc) {
                return track;
            }
        }
        return null;
    }

    private @Nullable OutboundTrack outbound(int ssrc) {
        for (var i = 0; i < outbound.size(); i++) {
            if ((int) outbound.get(i).ssrc() == ssrc) {
                return outbound.get(i);
            }
        }
        return null;
    }
}
