// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.janus;

import io.portunus.bench.load.client.Downlink.Format;
import io.portunus.bench.load.client.MediaKind;
import io.portunus.bench.load.client.OutgoingStream.Extensions;
import io.portunus.bench.load.client.RemoteDescription;
import io.portunus.bench.load.udp.Address;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a description of the server's says, as far as a client needs it.
public final class ServerSdp {
    private static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";
    private static final String TRANSPORT_SEQUENCE =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    private static final String ABSOLUTE_SEND_TIME =
            "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
    private static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    private static final Pattern LINE_END = Pattern.compile("\r?\n");
    private static final Pattern SPACE = Pattern.compile(" ");

    /// One m-line and what belongs to it.
    private record Section(MediaKind kind, String mid, List<String> lines) {}

    private record Candidate(long priority, long address) {}

    private final List<String> lines;
    private final List<Section> sections = new ArrayList<>();

    public ServerSdp(String text) {
        lines = LINE_END.splitAsStream(text).toList();
        for (var i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("m=")) {
                var end = i + 1;
                while (end < lines.size() && !lines.get(end).startsWith("m=")) {
                    end++;
                }
                addSection(lines.subList(i, end));
            }
        }
        if (sections.isEmpty()) {
            throw new ApiException("the server's description has no media: " + text);
        }
    }

    private void addSection(List<String> section) {
        for (var kind : MediaKind.values()) {
            if (section.getFirst().startsWith("m=" + kind.sdpName() + " ")) {
                var mid = value(section, "a=mid:");
                sections.add(new Section(kind, mid, section));
            }
        }
    }

    /// All lines, without their ends.
    List<String> lines() {
        return lines;
    }

    /// What it says of the server's transport.
    public RemoteDescription transport() {
        var fingerprint = value(lines, "a=fingerprint:");
        var space = fingerprint.indexOf(' ');
        if (space < 0) {
            throw new ApiException("the server's description has no fingerprint");
        }
        return new RemoteDescription(
                value(lines, "a=ice-ufrag:"),
                value(lines, "a=ice-pwd:"),
                fingerprint.substring(0, space).toLowerCase(Locale.ROOT),
                fingerprint.substring(space + 1).toUpperCase(Locale.ROOT),
                value(lines, "a=setup:"),
                lines.contains("a=ice-lite"),
                candidates());
    }

    /// RFC 8839 §5.1. Only UDP over IPv4, component 1.
    private List<Long> candidates() {
        return all(lines, "a=candidate:")
                .map(SPACE::split)
                .filter(words -> words.length >= 8)
                .filter(words -> words[1].equals("1") && words[2].equalsIgnoreCase("udp"))
                .filter(words -> words[4].indexOf(':') < 0)
                .filter(words -> InetAddress.ofLiteral(words[4]) instanceof Inet4Address)
                .map(words ->
                        new Candidate(
                                Long.parseLong(words[3]),
                                Address.of(
                                        InetAddress.ofLiteral(words[4]),
                                        Integer.parseInt(words[5]))))
                .sorted(Comparator.comparingLong(Candidate::priority).reversed())
                .map(Candidate::address)
                .distinct()
                .toList();
    }

    /// The payload type that the server takes for what `mid` publishes.
    public int payloadType(String mid) {
        return formats(section(mid)).stream()
                .filter(format -> !format.isRetransmission())
                .mapToInt(Format::payloadType)
                .findFirst()
                .orElseThrow(() -> new ApiException("the server takes nothing of " + mid));
    }

    /// The header extensions that the server takes in what `mid` publishes.
    public Extensions extensions(String mid) {
        var section = section(mid);
        return new Extensions(
                extension(section, MID),
                extension(section, TRANSPORT_SEQUENCE),
                extension(section, ABSOLUTE_SEND_TIME),
                extension(section, AUDIO_LEVEL));
    }

    private Section section(String mid) {
        return sections.stream()
                .filter(section -> section.mid().equals(mid))
                .findFirst()
                .orElseThrow(() -> new ApiException("the server does not answer for " + mid));
    }

    /// What may arrive of all that is offered.
    public List<Format> formats() {
        return sections.stream().flatMap(section -> formats(section).stream()).toList();
    }

    private static List<Format> formats(Section section) {
        var formats = new ArrayList<Format>();
        var names = Map.of(section.kind().codec().toLowerCase(Locale.ROOT), false, "rtx", true);
        all(section.lines(), "a=rtpmap:")
                .forEach(line -> {
                    var space = line.indexOf(' ');
                    var slash = line.indexOf('/');
                    var name = line.substring(space + 1, slash).toLowerCase(Locale.ROOT);
                    if (names.containsKey(name)) {
                        var type = line.substring(0, space);
                        formats.add(
                                new Format(
                                        Integer.parseInt(type),
                                        section.kind(),
                                        names.get(name),
                                        wantsNack(section, type),
                                        extension(section, TRANSPORT_SEQUENCE)));
                    }
                });
        return formats;
    }

    private static boolean wantsNack(Section section, String payloadType) {
        return section.lines().contains("a=rtcp-fb:" + payloadType + " nack")
                || section.lines().contains("a=rtcp-fb:* nack");
    }

    /// The id of a header extension; 0 where there is none.
    private static int extension(Section section, String uri) {
        return all(section.lines(), "a=extmap:")
                .map(SPACE::split)
                .filter(words -> words.length >= 2 && words[1].equals(uri))
                .mapToInt(words -> Integer.parseInt(words[0].replaceFirst("/.*", "")))
                .findFirst()
                .orElse(0);
    }

    private static String value(List<String> lines, String start) {
        return all(lines, start).findFirst().orElse("");
    }

    private static Stream<String> all(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()));
    }
}
