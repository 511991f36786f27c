// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import io.portunus.core.door.RemoteTransport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a browser says in its descriptions, in as few lines as media needs.
public final class ClientSdp {
    private static final Pattern NOT_IN_AN_ANSWER =
            Pattern.compile("a=(candidate|end-of-candidates|ssrc|ssrc-group|msid|ice-lite)\\b.*");
    private static final Pattern OTHER_EXTENSION =
            Pattern.compile("a=extmap:\\d+ (?!urn:ietf:params:rtp-hdrext:sdes:mid).*");

    private ClientSdp() {}

    /// Offers one audio and one video stream to publish. The payload types are not those that
    /// subscribers get.
    public static String offer(RemoteTransport own, ScriptedMedia audio, ScriptedMedia video) {
        return """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE a v
        m=audio 9 UDP/TLS/RTP/SAVPF %2$d
        c=IN IP4 0.0.0.0
        %1$sa=setup:actpass
        a=sendonly
        a=mid:a
        a=rtcp-mux
        a=rtpmap:%2$d opus/48000/2
        a=ssrc:%3$d cname:c
        m=video 9 UDP/TLS/RTP/SAVPF %4$d %5$d
        c=IN IP4 0.0.0.0
        %1$sa=setup:actpass
        a=sendonly
        a=mid:v
        a=rtcp-mux
        a=rtpmap:%4$d VP8/90000
        a=rtcp-fb:%4$d ccm fir
        a=rtcp-fb:%4$d nack
        a=rtcp-fb:%4$d nack pli
        a=rtpmap:%5$d rtx/90000
        a=fmtp:%5$d apt=%4$d
        a=ssrc-group:FID %6$d %7$d
        a=ssrc:%6$d cname:c
        a=ssrc:%7$d cname:c
        """
                .formatted(
                        transport(own),
                        audio.payloadType(),
                        audio.ssrc(),
                        video.payloadType(),
                        video.payloadType() + 1,
                        video.ssrc(),
                        video.ssrc() + 1)
                .replace("\n", "\r\n");
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
