// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import java.util.List;

/// Writes the session descriptions that we send, line by line.
final class SdpWriter {
    private static final String CNAME = "janus";

    private final StringBuilder text = new StringBuilder(4_096);

    /// The session's lines (RFC 8866 §5), with our fingerprint for all sections.
    void session(
            long sessionId,
            long version,
            String name,
            List<String> bundle,
            LocalTransport local,
            boolean extmapAllowMixed) {
        line("v=0");
        line("o=- " + sessionId + " " + version + " IN IP4 127.0.0.1");
        line("s=" + name);
        line("t=0 0");
        if (!bundle.isEmpty()) {
            line("a=group:BUNDLE " + String.join(" ", bundle));
        }
        line("a=ice-lite");
        line("a=ice-options:trickle");
        line("a=fingerprint:sha-256 " + local.fingerprint());
        if (extmapAllowMixed) {
            line("a=extmap-allow-mixed");
        }
        line("a=msid-semantic: WMS *");
    }

    /// A section in use, up to its direction and identification.
    ///
    /// @param maxBps the most that may be sent to us here, in bit/s; 0 for any
    void section(
            String media,
            List<Integer> payloadTypes,
            LocalTransport local,
            int maxBps,
            Direction direction,
            String mid) {
        var formats = new StringBuilder();
        for (var payloadType : payloadTypes) {
            formats.append(' ').append(payloadType);
        }
        line("m=" + media + " 9 UDP/TLS/RTP/SAVPF" + formats);
        line("c=IN " + connection(local));
        if (maxBps > 0) {
            line("b=AS:" + Math.ceilDiv(maxBps, 1_000));
            line("b=TIAS:" + maxBps);
        }
        line("a=" + direction.attribute());
        line("a=mid:" + mid);
        line("a=rtcp-mux");
    }

    void transport(LocalTransport local, String setup) {
        line("a=ice-ufrag:" + local.ufrag());
        line("a=ice-pwd:" + local.password());
        line("a=ice-options:trickle");
        line("a=setup:" + setup);
    }

    /// A section that is not used, with the protocol and formats that the other side named.
    void rejected(String media, String protocol, String formats, String mid) {
        line("m=" + media + " 0 " + protocol + " " + formats);
        line("c=IN IP4 0.0.0.0");
        line("a=inactive");
        line("a=mid:" + mid);
    }

    void candidates(LocalTransport local) {
        if (local.candidates().isEmpty()) {
            // They are told apart from the description.
            return;
        }
        for (var candidate : local.candidates()) {
            line("a=" + CandidateLine.of(candidate));
        }
        line("a=end-of-candidates");
    }

    /// What we send here (RFC 5576): the stream and its retransmissions.
    void ssrcs(SlotSsrcs ssrcs, boolean withRtx) {
        if (withRtx) {
            line("a=ssrc-group:FID " + ssrcs.ssrc() + " " + ssrcs.rtxSsrc());
        }
        line("a=ssrc:" + ssrcs.ssrc() + " cname:" + CNAME);
        if (withRtx) {
            line("a=ssrc:" + ssrcs.rtxSsrc() + " cname:" + CNAME);
        }
    }

    void attribute(String attribute) {
        line("a=" + attribute);
    }

    String text() {
        return text.toString();
    }

    private void line(String line) {
        text.append(line).append("\r\n");
    }

    private static String connection(LocalTransport local) {
        if (local.candidates().isEmpty()) {
            return "IP4 0.0.0.0";
        }
        var address = local.candidates().getFirst().address();
        return (address.indexOf(':') < 0 ? "IP4 " : "IP6 ") + address;
    }
}
