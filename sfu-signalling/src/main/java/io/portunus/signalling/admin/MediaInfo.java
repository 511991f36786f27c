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
/// what was received and sent since the connection began. Stateless.
final class MediaInfo {
    private static final String TRANSPORT_CC =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
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
            one.put(
                    "do_nacks",
                    section.formats().stream().anyMatch(type -> section.hasFeedback(type, "nack")));
            putSsrcs(one.putObject("ssrc"), section.mid(), report.media());
            putRids(one, find(remote, section.mid()));
            putDirection(one.putObject("direction"), section);
            putCodec(one.putObject("codecs"), section);
            putStatistics(one, section.mid(), statistics);
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

    private static void putSsrcs(ObjectNode ssrcs, String mid, MediaReport report) {
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
                ssrcs.put(
                        encoding == 0 ? "ssrc-peer" : "ssrc-peer-sim-" + encoding, received.ssrc());
            }
        }
    }

    private static void putRids(ObjectNode one, SessionDescription.@Nullable Section remote) {
        if (remote != null && !remote.rids().isEmpty()) {
            remote.rids().forEach(one.putObject("rid-simulcast").putArray("rid")::add);
        }
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

    private static void putStatistics(ObjectNode one, String mid, List<ObjectNode> statistics) {
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
