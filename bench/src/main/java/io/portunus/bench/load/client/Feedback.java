// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.client.Tally.Count;
import io.portunus.transport.srtp.SrtpOutbound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one subscriber says by RTCP, as often as a browser does: a receiver report each second, a
/// request for a key frame at the start, requests for what is missing, and how fast packets arrive,
/// as transport-wide feedback where that was agreed and as an estimate where not. Confined to its
/// network thread.
final class Feedback {
    private static final long REPORT_NANOS = 1_000_000_000L;
    private static final long TRANSPORT_WIDE_NANOS = 100_000_000L;

    /// What a receiver on a fast network estimates.
    private static final long ESTIMATE_BITS_PER_SECOND = 100_000_000L;

    private static final int MAX_NACKS = 64;
    private static final int RTCP_ROOM = 1_500;

    private final List<IncomingStream> streams;
    private final Tally tally;
    private final int ssrc;
    private final Rtcp rtcp = new Rtcp();
    private final Arrivals arrivals = new Arrivals();
    private final int[] nacks = new int[MAX_NACKS];
    private final int[] estimated = new int[Rtcp.MAX_REPORTS];
    private final byte[] work = new byte[RTCP_ROOM];
    private @Nullable SrtpOutbound outbound;
    private boolean wantsVideoNack;
    private boolean wantsAudioNack;
    private boolean isTransportWide;
    private int asked;
    private int feedbacks;
    private long nextReportNanos;
    private long nextTransportWideNanos;

    Feedback(List<IncomingStream> streams, Tally tally, int ssrc) {
        this.streams = streams;
        this.tally = tally;
        this.ssrc = ssrc;
    }

    void agreed(Downlink.Format format) {
        isTransportWide |= format.transportSequence() != 0;
        if (format.wantsNack()) {
            wantsVideoNack |= format.kind() == MediaKind.VIDEO;
            wantsAudioNack |= format.kind() == MediaKind.AUDIO;
        }
    }

    /// @param sequence transport-wide, or -1
    void onArrival(int sequence, long atNanos) {
        if (sequence >= 0) {
            arrivals.add(sequence, atNanos);
        }
    }

    void onTick(Connection connection, long nowNanos) {
        if (outbound == null) {
            outbound = connection.outbound(connection.network().ciphers());
            nextReportNanos = nowNanos + REPORT_NANOS;
            nextTransportWideNanos = nowNanos;
        }
        if (outbound == null) {
            return;
        }
        askForKeyFrames(connection, outbound);
        askForMissing(connection, outbound, nowNanos);
        if (nowNanos - nextReportNanos >= 0) {
            nextReportNanos = nowNanos + REPORT_NANOS;
            report(connection, outbound, nowNanos);
        }
        if (isTransportWide && nowNanos - nextTransportWideNanos >= 0 && !arrivals.isEmpty()) {
            nextTransportWideNanos = nowNanos + TRANSPORT_WIDE_NANOS;
            rtcp.transportWide(ssrc, streams.getFirst().ssrc(), feedbacks++, arrivals);
            connection.sendRtcp(outbound, rtcp.take(), work);
        }
    }

    /// Once for each video stream, when it begins.
    private void askForKeyFrames(Connection connection, SrtpOutbound outbound) {
        while (asked < streams.size()) {
            var stream = streams.get(asked++);
            if (stream.kind() == MediaKind.VIDEO) {
                rtcp.pictureLoss(ssrc, stream.ssrc());
                connection.sendRtcp(outbound, rtcp.take(), work);
            }
        }
    }

    private void askForMissing(Connection connection, SrtpOutbound outbound, long nowNanos) {
        for (var i = 0; i < streams.size(); i++) {
            var stream = streams.get(i);
            var wanted = stream.kind() == MediaKind.VIDEO ? wantsVideoNack : wantsAudioNack;
            var count = wanted ? stream.missing().due(nacks, nowNanos) : 0;
            if (count > 0) {
                tally.add(Count.NACKED, count);
                rtcp.nack(ssrc, stream.ssrc(), nacks, count);
                connection.sendRtcp(outbound, rtcp.take(), work);
            }
        }
    }

    private void report(Connection connection, SrtpOutbound outbound, long nowNanos) {
        for (var from = 0; from < streams.size(); from += Rtcp.MAX_REPORTS) {
            var count = Math.min(Rtcp.MAX_REPORTS, streams.size() - from);
            var at = rtcp.startReceiverReport(ssrc, count);
            for (var i = 0; i < count; i++) {
                streams.get(from + i).report(rtcp, nowNanos);
                estimated[i] = streams.get(from + i).ssrc();
            }
            rtcp.endReceiverReport(at);
            if (!isTransportWide) {
                rtcp.estimate(ssrc, estimated, count, ESTIMATE_BITS_PER_SECOND);
            }
            connection.sendRtcp(outbound, rtcp.take(), work);
        }
    }
}
