// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.signalling.sdp.SessionDescription.Section;

/// Writes down all that a description was understood to say, and nothing else.
final class PlainSdp {
    private final StringBuilder text = new StringBuilder();

    private PlainSdp() {}

    static String of(SessionDescription description) {
        var sdp = new PlainSdp();
        sdp.line("v=0");
        if (!description.bundle().isEmpty()) {
            sdp.line("a=group:BUNDLE " + String.join(" ", description.bundle()));
        }
        if (description.extmapAllowMixed()) {
            sdp.line("a=extmap-allow-mixed");
        }
        description.sections().forEach(sdp::section);
        return sdp.text.toString();
    }

    private void section(Section section) {
        line(
                "m="
                        + section.mediaName()
                        + (section.rejected() ? " 0 " : " 9 ")
                        + section.protocol()
                        + " "
                        + String.join(" ", section.rawFormats()));
        line("a=" + section.direction().attribute());
        line("a=mid:" + section.mid());
        if (section.rtcpMux()) {
            line("a=rtcp-mux");
        }
        transport(section.transport());
        section.rtpMaps()
                .forEach((format, map) ->
                        line(
                                "a=rtpmap:%d %s/%d/%d"
                                        .formatted(
                                                format,
                                                map.name(),
                                                map.clockRateHz(),
                                                map.channels())));
        section.fmtp().forEach((format, value) -> line("a=fmtp:" + format + " " + value));
        section.feedback()
                .forEach((format, values) ->
                        values.forEach(value -> line("a=rtcp-fb:" + format + " " + value)));
        for (var extension : section.extensions()) {
            var direction = extension.direction().isEmpty() ? "" : "/" + extension.direction();
            line("a=extmap:" + extension.id() + direction + " " + extension.uri());
        }
        section.ssrcs().forEach(ssrc -> line("a=ssrc:" + ssrc + " cname:x"));
        for (var group : section.ssrcGroups()) {
            var members = new StringBuilder();
            group.ssrcs().forEach(ssrc -> members.append(' ').append(ssrc));
            line("a=ssrc-group:" + group.semantics() + members);
        }
        section.rids().forEach(rid -> line("a=rid:" + rid + " send"));
    }

    private void transport(SessionDescription.Transport transport) {
        line("a=ice-ufrag:" + transport.ufrag());
        line("a=ice-pwd:" + transport.password());
        for (var fingerprint : transport.fingerprints()) {
            line("a=fingerprint:" + fingerprint.algorithm() + " " + fingerprint.value());
        }
        if (!transport.setup().isEmpty()) {
            line("a=setup:" + transport.setup());
        }
    }

    private void line(String line) {
        text.append(line).append("\r\n");
    }
}
