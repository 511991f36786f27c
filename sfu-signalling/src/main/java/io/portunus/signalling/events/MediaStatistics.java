// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaReport;
import io.portunus.core.door.PeerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Turns the reports of one connection, one period after the other, into the API's statistics, one
/// for each medium and each further simulcast encoding. What is not measured is left out. Confined
/// to the signalling loop.
///
/// Link qualities are percentages of the period: `in-link-quality` of what came at the first
/// attempt, `in-media-link-quality` of what came in the end; `out-link-quality` of what the client
/// did not ask for again, `out-media-link-quality` of what it does not report lost.
public final class MediaStatistics {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MILLIS_PER_SECOND = 1_000;
    private static final int ALL = 100;

    private @Nullable PeerReport before;

    /// The statistics of the period that ends with `now`, in the order of the SDP.
    public List<ObjectNode> next(PeerReport now) {
        var last = before;
        before = now;
        var nanos = now.atNanos() - startOfPeriod(last, now);
        var lines = new TreeMap<Integer, ObjectNode>();
        var further = new ArrayList<ObjectNode>();
        for (var one : now.media().received()) {
            var body = body(one.line(), one.mid(), one.codec(), one.encoding());
            putReceived(body, one, find(last, one), nanos);
            if (one.encoding() == 0) {
                lines.put(one.line(), body);
            } else {
                further.add(body);
            }
        }
        for (var one : now.media().sent()) {
            var body =
                    lines.computeIfAbsent(
                            one.line(), line -> body(line, one.mid(), one.codec(), 0));
            putSent(body, now.media(), one, find(last, one), nanos);
        }
        var all = new ArrayList<>(lines.values());
        all.addAll(further);
        return all;
    }

    private static long startOfPeriod(@Nullable PeerReport last, PeerReport now) {
        if (last != null) {
            return last.atNanos();
        }
        var connectedAt = now.transport().connectedAtNanos();
        return connectedAt == PeerReport.Transport.NOT_YET ? now.atNanos() : connectedAt;
    }

    private static ObjectNode body(int line, String mid, Codec codec, int encoding) {
        var media = codec.kind().name().toLowerCase(Locale.ROOT);
        return Monitor.object()
                .put("mid", mid)
                .put("mindex", line)
                .put("media", encoding == 0 ? media : media + "-sim" + encoding)
                .put("codec", codec.apiName())
                .put("base", codec.clockRateHz());
    }

    private static void putReceived(
            ObjectNode body,
            MediaReport.Received now,
            MediaReport.@Nullable Received last,
            long nanos) {
        var bytes = now.bytes() - (last == null ? 0 : last.bytes());
        var packets = now.packets() - (last == null ? 0 : last.packets());
        var repairs = now.repairs() - (last == null ? 0 : last.repairs());
        var lost = Math.max(0, now.lost() - (last == null ? 0 : last.lost()));
        var first = Math.max(0, packets - repairs);
        body.put("lost", now.lost())
                .put("jitter-local", millis(now.jitter(), now.codec().clockRateHz()))
                .put("in-link-quality", percent(first, first + lost))
                .put(
                        "in-media-link-quality",
                        percent(first + Math.min(repairs, lost), first + lost))
                .put("packets-received", now.packets())
                .put("bytes-received", now.bytes())
                .put("bytes-received-lastsec", perSecond(bytes, nanos))
                .put("nacks-sent", now.nacksSent())
                .put("retransmissions-received", now.repairs());
    }

    private static void putSent(
            ObjectNode body,
            MediaReport all,
            MediaReport.Sent now,
            MediaReport.@Nullable Sent last,
            long nanos) {
        if (all.rttNanos() > 0) {
            body.put("rtt", all.rttNanos() / NANOS_PER_MILLI);
        }
        var packets = now.packets() - (last == null ? 0 : last.packets());
        var repairs = now.repairs() - (last == null ? 0 : last.repairs());
        var first = packets - repairs;
        var report = now.remote();
        if (report != null) {
            putRemote(body, now, report);
            var lastReport = last == null ? null : last.remote();
            var lost = Math.max(0, report.lost() - (lastReport == null ? 0 : lastReport.lost()));
            body.put("out-media-link-quality", percent(Math.max(0, first - lost), first));
        }
        body.put("out-link-quality", percent(Math.max(0, first - repairs), first))
                .put("packets-sent", now.packets())
                .put("bytes-sent", now.bytes())
                .put(
                        "bytes-sent-lastsec",
                        perSecond(now.bytes() - (last == null ? 0 : last.bytes()), nanos))
                .put("nacks-received", now.nacksReceived());
        if (all.remoteLimitBps() > 0) {
            body.put("remb-bitrate", all.remoteLimitBps());
        }
    }

    private static void putRemote(
            ObjectNode body, MediaReport.Sent now, MediaReport.RemoteReport report) {
        if (report.lastSenderReport() != 0) {
            body.putObject("rtt-values")
                    .put("ntp", report.arrivedShortNtp())
                    .put("lsr", report.lastSenderReport())
                    .put("dlsr", report.delaySinceSenderReport());
        }
        body.put("lost-by-remote", report.lost())
                .put("jitter-remote", millis(report.jitter(), now.codec().clockRateHz()));
    }

    private static MediaReport.@Nullable Received find(
            @Nullable PeerReport last, MediaReport.Received like) {
        if (last != null) {
            for (var one : last.media().received()) {
                if (one.mid().equals(like.mid())
                        && one.codec() == like.codec()
                        && one.encoding() == like.encoding()
                        && one.packets() <= like.packets()) {
                    return one;
                }
            }
        }
        return null;
    }

    private static MediaReport.@Nullable Sent find(
            @Nullable PeerReport last, MediaReport.Sent like) {
        if (last != null) {
            for (var one : last.media().sent()) {
                if (one.ssrc() == like.ssrc()) {
                    return one;
                }
            }
        }
        return null;
    }

    private static long millis(int ticks, int clockRateHz) {
        return Integer.toUnsignedLong(ticks) * MILLIS_PER_SECOND / clockRateHz;
    }

    private static long perSecond(long count, long nanos) {
        return nanos <= 0 ? 0 : Math.round((double) count * NANOS_PER_SECOND / nanos);
    }

    private static int percent(long part, long whole) {
        return whole <= 0 ? ALL : (int) (ALL * part / whole);
    }
}
