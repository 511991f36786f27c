// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.MediaReport;
import io.portunus.core.door.PeerReport;
import io.portunus.signalling.events.MediaStatistics;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.janus.NegotiationLog;
import io.portunus.signalling.janus.RequestReader;
import io.portunus.signalling.sdp.SessionDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The media sections of one PeerConnection, as `handle_info` tells them: what was negotiated, and
/// what was received and sent since the connection began and in its last whole second. Stateless.
final class MediaInfo {
    private static final String TRANSPORT_CC =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    private static final String STREAM_ID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
    private static final String REPAIRED_STREAM_ID =
            "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
    private static final List<String> RTCP =
            List.of(
                    "base",
                    "rtt",
                    "lost",
                    "lost-by-remote",
                    "jitter-local",
                    "jitter-remote",
                    "in-link-quality",
                    "in-media-link-quality",
                    "out-link-quality",
                    "out-media-link-quality");

    private MediaInfo() {}

    static ObjectNode bandwidth(@Nullable SessionDescription local) {
        var bwe = RequestReader.newObject().put("twcc", false);
        if (local != null) {
            local.sections().stream()
                    .flatMap(section -> section.extensions().stream())
                    .filter(extension -> extension.uri().equals(TRANSPORT_CC))
                    .findFirst()
                    .ifPresent(
                            extension -> bwe.put("twcc", true).put("twcc-ext-id", extension.id()));
        }
        return bwe;
    }

    /// By mid, in the order of the SDP.
    static ObjectNode of(
            NegotiationLog negotiation,
            @Nullable SessionDescription local,
            @Nullable SessionDescription remote,
            PeerReport report) {
        var media = RequestReader.newObject();
        if (local == null) {
            return media;
        }
        var ours = streams(negotiation.local());
        var theirs = streams(negotiation.remote());
        var statistics = new MediaStatistics().next(report);
        for (var section : local.sections()) {
            var one = media.putObject(section.mid());
            one.put("type", section.media().name().toLowerCase(Locale.ROOT))
                    .put("mindex", section.index())
                    .put("mid", section.mid());
            var msid = one.putObject("msid");
            putStream(msid, "local", ours.get(section.mid()));
            putStream(msid, "remote", theirs.get(section.mid()));
            var nacks =
                    section.formats().stream().anyMatch(type -> section.hasFeedback(type, "nack"));
            one.put("do_nacks", nacks);
            if (nacks && section.direction().sends()) {
                one.put("nack-queue-ms", MediaReport.HISTORY_MILLIS);
            }
            var their = find(remote, section.mid());
            putSsrcs(one.putObject("ssrc"), section.mid(), report.media(), their);
            if (their != null && !their.rids().isEmpty()) {
                putRids(one.putObject("rid-simulcast"), section, their, negotiation);
            }
            putDirection(one.putObject("direction"), section);
            putCodec(one.putObject("codecs"), section);
            putStatistics(one, section.mid(), statistics, report.media());
        }
        return media;
    }

    private static SessionDescription.@Nullable Section find(
            @Nullable SessionDescription description, String mid) {
        if (description != null) {
            for (var section : description.sections()) {
                if (section.mid().equals(mid)) {
                    return section;
                }
            }
        }
        return null;
    }

    private static void putSsrcs(
            ObjectNode ssrcs,
            String mid,
            MediaReport report,
            SessionDescription.@Nullable Section their) {
        for (var sent : report.sent()) {
            if (sent.mid().equals(mid)) {
                ssrcs.put("ssrc", sent.ssrc());
                if (sent.rtxSsrc() >= 0) {
                    ssrcs.put("ssrc-rtx", sent.rtxSsrc());
                }
            }
        }
        for (var received : report.received()) {
            if (received.mid().equals(mid) && received.ssrc() >= 0) {
                var encoding = received.encoding();
                var name = encoding == 0 ? "ssrc-peer" : "ssrc-peer-sim-" + encoding;
                ssrcs.put(name, received.ssrc());
                if (encoding == 0 && their != null) {
                    putRepairs(ssrcs, received.ssrc(), their);
                }
            }
        }
    }

    /// Under which SSRC the client sends again what was lost (RFC 4588 §8.8).
    private static void putRepairs(ObjectNode ssrcs, long ssrc, SessionDescription.Section their) {
        for (var group : their.ssrcGroups()) {
            var pair = group.ssrcs();
            if (group.semantics().equals("FID") && pair.size() == 2 && pair.getFirst() == ssrc) {
                ssrcs.put("ssrc-peer-rtx", pair.getLast());
            }
        }
    }

    private static void putRids(
            ObjectNode json,
            SessionDescription.Section our,
            SessionDescription.Section their,
            NegotiationLog negotiation) {
        their.rids().forEach(json.putArray("rid")::add);
        for (var extension : our.extensions()) {
            if (extension.uri().equals(STREAM_ID)) {
                json.put("rid-ext-id", extension.id());
            } else if (extension.uri().equals(REPAIRED_STREAM_ID)) {
                json.put("ridrtx-ext-id", extension.id());
            }
        }
        var remote = negotiation.remote();
        json.put("rid-order", remote != null && remote.lowestFirst() ? "lmh" : "hml");
    }

    private static void putDirection(ObjectNode json, SessionDescription.Section local) {
        var inUse = !local.rejected();
        json.put("send", inUse && local.direction().sends())
                .put("recv", inUse && local.direction().receives());
    }

    private static void putCodec(ObjectNode json, SessionDescription.Section local) {
        for (var type : local.formats()) {
            var map = local.rtpMaps().get(type);
            if (map == null) {
                continue;
            }
            if (map.name().equals("red")) {
                json.put("opus-red-pt", type);
            } else if (!map.name().equals("rtx")) {
                json.put("pt", type);
                if (local.rtxOf(type) >= 0) {
                    json.put("rtx-pt", local.rtxOf(type));
                }
                json.put("codec", map.name());
                return;
            }
        }
    }

    private static void putStatistics(
            ObjectNode one, String mid, List<ObjectNode> statistics, MediaReport report) {
        var rtcp = one.putObject("rtcp");
        var in = RequestReader.newObject();
        var out = RequestReader.newObject();
        for (var about : statistics) {
            if (!about.path("mid").asText().equals(mid)) {
                continue;
            }
            var media = about.path("media").asText();
            var simulcast = media.indexOf("-sim");
            var name = simulcast < 0 ? "main" : media.substring(simulcast + 1);
            var main = rtcp.putObject(name);
            for (var key : RTCP) {
                copy(about, key, main, key);
            }
            var received =
                    simulcast < 0 ? in : in.putObject("video-simulcast-" + name.substring(3));
            copy(about, "packets-received", received, "packets");
            copy(about, "bytes-received", received, "bytes");
            copy(about, "nacks-sent", received, "nacks");
            copy(about, "retransmissions-received", received, "retransmissions");
            copy(about, "packets-sent", out, "packets");
            copy(about, "bytes-sent", out, "bytes");
            copy(about, "nacks-received", out, "nacks");
        }
        for (var received : report.received()) {
            if (received.mid().equals(mid)) {
                var encoding = received.encoding();
                (encoding == 0 ? in : in.withObject("/video-simulcast-" + encoding))
                        .put("bytes_lastsec", received.bytesInLastSecond());
            }
        }
        for (var sent : report.sent()) {
            if (sent.mid().equals(mid)) {
                out.put("bytes_lastsec", sent.bytesInLastSecond());
            }
        }
        var stats = one.putObject("stats");
        stats.set("in", in);
        stats.set("out", out);
    }

    private static void copy(JsonNode from, String key, ObjectNode to, String name) {
        var value = from.get(key);
        if (value != null) {
            to.set(name, value);
        }
    }

    private static void putStream(ObjectNode msid, String side, @Nullable String stream) {
        if (stream == null) {
            return;
        }
        var parts = stream.split(" ", 2);
        msid.put(side + "-stream", parts[0]);
        if (parts.length > 1) {
            msid.put(side + "-track", parts[1]);
        }
    }

    /// The `a=msid` of each section, by mid (RFC 8830).
    private static Map<String, String> streams(@Nullable Jsep jsep) {
        var byMid = new HashMap<String, String>();
        if (jsep == null) {
            return byMid;
        }
        var mid = "";
        var msid = "";
        for (var line : jsep.sdp().lines().toList()) {
            if (line.startsWith("m=")) {
                mid = "";
                msid = "";
            } else if (line.startsWith("a=mid:")) {
                mid = line.substring("a=mid:".length());
            } else if (line.startsWith("a=msid:")) {
                msid = line.substring("a=msid:".length());
            }
            if (!mid.isEmpty() && !msid.isEmpty()) {
                byMid.putIfAbsent(mid, msid);
            }
        }
        return byMid;
    }
}
