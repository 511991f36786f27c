// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.LocalTransport.Candidate;
import java.util.ArrayList;
import java.util.List;

/// What a description of the server's says, as far as a scripted client needs it.
public record ServerSdp(String text, LocalTransport transport, List<Section> sections) {
    private static final String MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid";

    public ServerSdp {
        sections = List.copyOf(sections);
    }

    /// @param media `audio` or `video`
    /// @param payloadTypes the codec's first, then the retransmissions'
    /// @param ssrcs likewise; empty in an answer
    /// @param midExtension the id of the mid's header extension, or -1
    public record Section(
            String media,
            String mid,
            String direction,
            String setup,
            List<Integer> payloadTypes,
            List<Long> ssrcs,
            int midExtension) {
        public Section {
            payloadTypes = List.copyOf(payloadTypes);
            ssrcs = List.copyOf(ssrcs);
        }
    }

    public static ServerSdp parse(String text) {
        var parts = text.split("(?m)^m=", -1);
        var sections = new ArrayList<Section>();
        for (var i = 1; i < parts.length; i++) {
            sections.add(section(parts[i].lines().toList()));
        }
        var first = parts[1].lines().toList();
        var fingerprint = value(parts[0].lines().toList(), "a=fingerprint:sha-256 ");
        var transport =
                new LocalTransport(
                        value(first, "a=ice-ufrag:"),
                        value(first, "a=ice-pwd:"),
                        fingerprint,
                        all(first, "a=candidate:").stream().map(ServerSdp::candidate).toList());
        return new ServerSdp(text, transport, sections);
    }

    /// The only section of this kind.
    public Section only(String media) {
        var found = sections.stream().filter(section -> section.media().equals(media)).toList();
        if (found.size() != 1) {
            throw new AssertionError("not one section of " + media + ": " + text);
        }
        return found.getFirst();
    }

    private static Section section(List<String> lines) {
        var formats = lines.getFirst().split(" ", -1);
        var payloadTypes = new ArrayList<Integer>();
        for (var i = 3; i < formats.length; i++) {
            payloadTypes.add(Integer.valueOf(formats[i]));
        }
        var ssrcs =
                all(lines, "a=ssrc:").stream()
                        .map(line -> Long.valueOf(line.split(" ", -1)[0]))
                        .distinct()
                        .toList();
        var midExtension =
                all(lines, "a=extmap:").stream()
                        .filter(line -> line.endsWith(MID_URI))
                        .mapToInt(line -> Integer.parseInt(line.split(" ", -1)[0]))
                        .findFirst()
                        .orElse(-1);
        var direction =
                lines.stream()
                        .filter(line -> line.matches("a=(sendrecv|sendonly|recvonly|inactive)"))
                        .findFirst()
                        .orElse("a=");
        return new Section(
                formats[0],
                value(lines, "a=mid:"),
                direction.substring(2),
                value(lines, "a=setup:"),
                payloadTypes,
                ssrcs,
                midExtension);
    }

    /// RFC 8839 §5.1.
    private static Candidate candidate(String line) {
        var words = line.split(" ", -1);
        return new Candidate(
                words[0], Long.parseLong(words[3]), words[4], Integer.parseInt(words[5]));
    }

    private static String value(List<String> lines, String start) {
        return all(lines, start).stream().findFirst().orElse("");
    }

    private static List<String> all(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .toList();
    }
}
