// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.janus;

import io.portunus.bench.load.client.LocalDescription;
import io.portunus.bench.load.client.MediaKind;
import io.portunus.bench.load.client.OutgoingStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a browser says in its descriptions, in as few lines as media needs.
public final class ClientSdp {
    private static final Pattern NOT_IN_AN_ANSWER =
            Pattern.compile(
                    "a=(candidate|end-of-candidates|ssrc|ssrc-group|msid|ice-lite|ice-pwd|"
                            + "fingerprint|ice-options)\\b.*");

    private static final int OPUS = 111;
    private static final int VP8 = 96;

    /// A host candidate's, RFC 8445 §5.1.2.1.
    private static final long PRIORITY = 126L << 24 | 65_535L << 8 | 255;

    private ClientSdp() {}

    /// Offers to publish some streams.
    public static String offer(LocalDescription own, List<OutgoingStream> streams) {
        var lines = new ArrayList<String>();
        lines.addAll(List.of("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"));
        lines.add(
                "a=group:BUNDLE "
                        + String.join(" ", streams.stream().map(OutgoingStream::mid).toList()));
        lines.add("a=msid-semantic: WMS load");
        for (var stream : streams) {
            section(lines, own, stream);
        }
        return String.join("\r\n", lines) + "\r\n";
    }

    private static void section(List<String> lines, LocalDescription own, OutgoingStream stream) {
        var isAudio = stream.shape().kind() == MediaKind.AUDIO;
        lines.add(
                isAudio
                        ? "m=audio 9 UDP/TLS/RTP/SAVPF " + OPUS
                        : "m=video 9 UDP/TLS/RTP/SAVPF " + VP8 + " " + (VP8 + 1));
        lines.add("c=IN IP4 0.0.0.0");
        lines.add("a=rtcp:9 IN IP4 0.0.0.0");
        lines.addAll(transport(own));
        lines.addAll(candidate(own));
        lines.addAll(List.of("a=setup:actpass", "a=mid:" + stream.mid(), "a=sendonly"));
        lines.addAll(List.of("a=rtcp-mux", "a=rtcp-rsize"));
        if (isAudio) {
            lines.add("a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level");
        }
        lines.add("a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time");
        lines.add(
                "a=extmap:3 http://www.ietf.org/id/"
                        + "draft-holmer-rmcat-transport-wide-cc-extensions-01");
        lines.add("a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid");
        var ssrc = Integer.toUnsignedString(stream.ssrc());
        lines.add("a=msid:load " + stream.mid());
        if (isAudio) {
            lines.add("a=rtpmap:111 opus/48000/2");
            lines.add("a=rtcp-fb:111 transport-cc");
            lines.add("a=fmtp:111 minptime=10;useinbandfec=1");
        } else {
            var retransmissions = Integer.toUnsignedString(stream.ssrc() + 1);
            lines.addAll(
                    List.of(
                            "a=rtpmap:96 VP8/90000",
                            "a=rtcp-fb:96 goog-remb",
                            "a=rtcp-fb:96 transport-cc",
                            "a=rtcp-fb:96 ccm fir",
                            "a=rtcp-fb:96 nack",
                            "a=rtcp-fb:96 nack pli",
                            "a=rtpmap:97 rtx/90000",
                            "a=fmtp:97 apt=96",
                            "a=ssrc-group:FID " + ssrc + " " + retransmissions,
                            "a=ssrc:" + retransmissions + " cname:load"));
        }
        lines.add("a=ssrc:" + ssrc + " cname:load");
    }

    /// Takes all that the server offers, as the active side of DTLS, which browsers choose to be.
    public static String answer(LocalDescription own, ServerSdp offer) {
        var lines = new ArrayList<String>();
        for (var line : offer.lines()) {
            if (line.startsWith("a=ice-ufrag:")) {
                lines.addAll(transport(own));
                lines.addAll(candidate(own));
            } else if (line.equals("a=sendonly")) {
                lines.add("a=recvonly");
            } else if (line.startsWith("a=setup:")) {
                lines.add("a=setup:active");
            } else if (!NOT_IN_AN_ANSWER.matcher(line).matches()) {
                lines.add(line);
            }
        }
        return String.join("\r\n", lines) + "\r\n";
    }

    private static List<String> transport(LocalDescription own) {
        return List.of(
                "a=ice-ufrag:" + own.ufrag(),
                "a=ice-pwd:" + own.password(),
                "a=fingerprint:sha-256 " + own.fingerprint());
    }

    private static List<String> candidate(LocalDescription own) {
        return List.of(
                "a=candidate:1 1 udp %d %s %d typ host"
                        .formatted(
                                PRIORITY,
                                own.candidate().getAddress().getHostAddress(),
                                own.candidate().getPort()),
                "a=end-of-candidates");
    }
}
