// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import io.portunus.core.door.RemoteTransport;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a browser says in its descriptions, in as few lines as media needs.
public final class ClientSdp {
    private static final Pattern NOT_IN_AN_ANSWER =
            Pattern.compile("a=(candidate|end-of-candidates|ssrc|ssrc-group|msid|ice-lite)\\b.*");
    private static final Pattern OTHER_EXTENSION =
            Pattern.compile("a=extmap:\\d+ (?!urn:ietf:params:rtp-hdrext:sdes:mid).*");

    private ClientSdp() {}

    /// Offers one audio and one video stream to publish, with the mids `a` and `v`.
    public static String offer(RemoteTransport own, ScriptedMedia audio, ScriptedMedia video) {
        var streams = new LinkedHashMap<String, ScriptedMedia>();
        streams.put("a", audio);
        streams.put("v", video);
        return offer(own, streams);
    }

    /// Offers to publish these streams, by their mids. The payload types are not those that
    /// subscribers get.
    public static String offer(RemoteTransport own, SequencedMap<String, ScriptedMedia> streams) {
        var sections = new StringBuilder();
        streams.forEach((mid, stream) -> sections.append(section(own, mid, stream)));
        return """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE %s
        %s\
        """
                .formatted(String.join(" ", streams.keySet()), sections)
                .replace("\n", "\r\n");
    }

    private static String section(RemoteTransport own, String mid, ScriptedMedia stream) {
        var payloadType = stream.payloadType();
        return stream.isVideo()
                ? """
                m=video 9 UDP/TLS/RTP/SAVPF %3$d %4$d
                c=IN IP4 0.0.0.0
                %1$sa=setup:actpass
                a=sendonly
                a=mid:%2$s
                a=rtcp-mux
                a=rtpmap:%3$d VP8/90000
                a=rtcp-fb:%3$d ccm fir
                a=rtcp-fb:%3$d nack
                a=rtcp-fb:%3$d nack pli
                a=rtpmap:%4$d rtx/90000
                a=fmtp:%4$d apt=%3$d
                a=ssrc-group:FID %5$d %6$d
                a=ssrc:%5$d cname:c
                a=ssrc:%6$d cname:c
                """
                        .formatted(
                                transport(own),
                                mid,
                                payloadType,
                                payloadType + 1,
                                stream.ssrc(),
                                stream.ssrc() + 1)
                : """
                m=audio 9 UDP/TLS/RTP/SAVPF %3$d
                c=IN IP4 0.0.0.0
                %1$sa=setup:actpass
                a=sendonly
                a=mid:%2$s
                a=rtcp-mux
                a=rtpmap:%3$d opus/48000/2
                a=ssrc:%4$d cname:c
                """
                        .formatted(transport(own), mid, payloadType, stream.ssrc());
    }

    /// Takes all that the server offers, with the mid as the only header extension.
    public static String answer(RemoteTransport own, ServerSdp offer) {
        return offer.text()
                        .lines()
                        .filter(line -> !NOT_IN_AN_ANSWER.matcher(line).matches())
                        .filter(line -> !OTHER_EXTENSION.matcher(line).matches())
                        .filter(line -> !line.startsWith("a=ice-pwd:"))
                        .filter(line -> !line.startsWith("a=fingerprint:"))
                        .map(line ->
                                line.startsWith("a=ice-ufrag:") ? transport(own).strip() : line)
                        .map(line -> line.equals("a=sendonly") ? "a=recvonly" : line)
                        .map(line -> line.equals("a=setup:actpass") ? "a=setup:active" : line)
                        .collect(Collectors.joining("\n"))
                        .replace("\n", "\r\n")
                + "\r\n";
    }

    private static String transport(RemoteTransport own) {
        var fingerprint = own.fingerprints().getFirst();
        return "a=ice-ufrag:%s\na=ice-pwd:%s\na=fingerprint:%s %s\n"
                .formatted(
                        own.ufrag(), own.password(), fingerprint.algorithm(), fingerprint.value());
    }
}
