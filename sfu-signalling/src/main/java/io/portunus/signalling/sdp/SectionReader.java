// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import static io.portunus.signalling.sdp.SdpParser.number;
import static io.portunus.signalling.sdp.SdpParser.require;
import static io.portunus.signalling.sdp.SdpParser.words;

import io.portunus.core.door.RemoteTransport;
import io.portunus.signalling.sdp.SessionDescription.ExtMap;
import io.portunus.signalling.sdp.SessionDescription.Media;
import io.portunus.signalling.sdp.SessionDescription.RtpMap;
import io.portunus.signalling.sdp.SessionDescription.Section;
import io.portunus.signalling.sdp.SessionDescription.SsrcGroup;
import io.portunus.signalling.sdp.SessionDescription.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Collects the attributes of one media section, or of the session, while it is being read.
final class SectionReader {
    private static final int MAX_MID_CHARACTERS = 16;
    private static final int MAX_FORMATS = 128;
    private static final int MAX_EXTENSIONS = 64;
    private static final int MAX_SSRCS = 64;
    private static final int MAX_RIDS = 8;
    private static final int MAX_FINGERPRINTS = 8;
    private static final int MAX_ICE_CHARACTERS = 256;
    private static final int MAX_PAYLOAD_TYPE = 127;
    private static final String ALL_FORMATS = "*";

    private final int index;
    private Media media = Media.OTHER;
    private String mediaName = "";
    private int port;
    private boolean bundleOnly;
    private String protocol = "";
    private @Nullable String mid;
    private Direction direction = Direction.SENDRECV;
    private boolean rtcpMux;
    private final List<String> rawFormats = new ArrayList<>();
    private final List<Integer> formats = new ArrayList<>();
    private final Map<Integer, RtpMap> rtpMaps = new HashMap<>();
    private final Map<Integer, String> fmtp = new HashMap<>();
    private final Map<String, Set<String>> feedback = new HashMap<>();
    private final List<ExtMap> extensions = new ArrayList<>();
    private final Set<Long> ssrcs = new LinkedHashSet<>();
    private final List<SsrcGroup> ssrcGroups = new ArrayList<>();
    private final List<String> rids = new ArrayList<>();
    private final List<RemoteTransport.Fingerprint> fingerprints = new ArrayList<>();
    private String ufrag = "";
    private String password = "";
    private String setup = "";

    /// @param index the section's place, or -1 for the session
    SectionReader(int index) {
        this.index = index;
    }

    /// `<media> <port> <proto> <fmt> …`
    void mediaLine(String value) {
        var parts = words(value);
        require(parts.size() >= 4, "a media line has fewer than four parts");
        mediaName = parts.get(0);
        media =
                switch (mediaName) {
                    case "audio" -> Media.AUDIO;
                    case "video" -> Media.VIDEO;
                    case "application" -> Media.APPLICATION;
                    default -> Media.OTHER;
                };
        var slash = parts.get(1).indexOf('/');
        port =
                number(
                        slash < 0 ? parts.get(1) : parts.get(1).substring(0, slash),
                        0,
                        65_535,
                        "a media port");
        protocol = parts.get(2);
        require(parts.size() - 3 <= MAX_FORMATS, "a media line has too many formats");
        rawFormats.addAll(parts.subList(3, parts.size()));
        if (media == Media.AUDIO || media == Media.VIDEO) {
            for (var format : rawFormats) {
                formats.add(number(format, 0, MAX_PAYLOAD_TYPE, "a payload type"));
            }
        }
    }

    void attribute(String attribute) {
        var colon = attribute.indexOf(':');
        var name = colon < 0 ? attribute : attribute.substring(0, colon);
        var value = colon < 0 ? "" : attribute.substring(colon + 1);
        switch (name) {
            case "mid" -> {
                require(
                        value.length() <= MAX_MID_CHARACTERS,
                        "mid is longer than " + MAX_MID_CHARACTERS + " characters");
                require(isToken(value), "mid is not a token");
                mid = value;
            }
            case "sendrecv" -> direction = Direction.SENDRECV;
            case "sendonly" -> direction = Direction.SENDONLY;
            case "recvonly" -> direction = Direction.RECVONLY;
            case "inactive" -> direction = Direction.INACTIVE;
            case "rtcp-mux" -> rtcpMux = true;
            case "bundle-only" -> bundleOnly = true;
            case "ice-ufrag" -> ufrag = iceText(value);
            case "ice-pwd" -> password = iceText(value);
            case "setup" -> setup = value.strip();
            case "fingerprint" -> {
                require(fingerprints.size() < MAX_FINGERPRINTS, "too many fingerprints");
                fingerprints.add(SdpParser.fingerprint(value));
            }
            case "rtpmap" -> rtpMap(value);
            case "fmtp" -> formatParameters(value);
            case "rtcp-fb" -> feedback(value);
            case "extmap" -> extension(value);
            case "ssrc" -> {
                require(ssrcs.size() < MAX_SSRCS, "too many SSRCs in a media section");
                ssrcs.add(ssrc(words(value)));
            }
            case "ssrc-group" -> ssrcGroup(value);
            case "rid" -> {
                var parts = words(value);
                require(parts.size() >= 2 && rids.size() < MAX_RIDS, "malformed rid");
                if (parts.get(1).equals("send")) {
                    rids.add(parts.getFirst());
                }
            }
            case "msid" -> require(!words(value).isEmpty(), "malformed msid");
            default -> {
                // Candidates, simulcast, bandwidth and the like: nothing that we act on.
            }
        }
    }

    boolean isRejected() {
        return port == 0 && !bundleOnly;
    }

    /// What this section says of its transport, with the rest from `inherited`.
    Transport transport(Transport inherited) {
        return new Transport(
                ufrag.isEmpty() ? inherited.ufrag() : ufrag,
                password.isEmpty() ? inherited.password() : password,
                fingerprints.isEmpty() ? inherited.fingerprints() : fingerprints,
                setup.isEmpty() ? inherited.setup() : setup);
    }

    Section section(Transport inherited) {
        return new Section(
                index,
                media,
                mediaName,
                isRejected(),
                protocol,
                mid == null ? Integer.toString(index) : mid,
                direction,
                rtcpMux,
                formats,
                rawFormats,
                withStaticPayloadTypes(),
                fmtp,
                feedbackByFormat(),
                extensions,
                List.copyOf(ssrcs),
                ssrcGroups,
                rids,
                transport(inherited));
    }

    /// RFC 3551 §6: these need no rtpmap.
    private Map<Integer, RtpMap> withStaticPayloadTypes() {
        var all = new HashMap<>(rtpMaps);
        if (media == Media.AUDIO) {
            all.putIfAbsent(0, new RtpMap("PCMU", 8_000, 1));
            all.putIfAbsent(8, new RtpMap("PCMA", 8_000, 1));
            all.putIfAbsent(9, new RtpMap("G722", 8_000, 1));
        }
        all.keySet().retainAll(formats);
        return all;
    }

    private Map<Integer, Set<String>> feedbackByFormat() {
        var byFormat = new HashMap<Integer, Set<String>>();
        for (var format : formats) {
            var all = new LinkedHashSet<String>();
            all.addAll(feedback.getOrDefault(ALL_FORMATS, Set.of()));
            all.addAll(feedback.getOrDefault(format.toString(), Set.of()));
            if (!all.isEmpty()) {
                byFormat.put(format, Set.copyOf(all));
            }
        }
        return byFormat;
    }

    private void rtpMap(String value) {
        var parts = words(value);
        require(parts.size() == 2, "malformed rtpmap");
        var format = number(parts.get(0), 0, MAX_PAYLOAD_TYPE, "a payload type");
        var encoding = parts.get(1).split("/", -1);
        require(encoding.length >= 2 && encoding.length <= 3, "malformed rtpmap");
        rtpMaps.put(
                format,
                new RtpMap(
                        encoding[0],
                        number(encoding[1], 1, 1_000_000, "a clock rate"),
                        encoding.length == 3 ? number(encoding[2], 1, 255, "channels") : 1));
    }

    private void formatParameters(String value) {
        var space = value.indexOf(' ');
        require(space > 0, "malformed fmtp");
        fmtp.put(
                number(value.substring(0, space), 0, MAX_PAYLOAD_TYPE, "a payload type"),
                value.substring(space + 1).strip());
    }

    private void feedback(String value) {
        var space = value.indexOf(' ');
        require(space > 0, "malformed rtcp-fb");
        var format = value.substring(0, space);
        if (!format.equals(ALL_FORMATS)) {
            number(format, 0, MAX_PAYLOAD_TYPE, "a payload type");
        }
        feedback.computeIfAbsent(format, _ -> new LinkedHashSet<>())
                .add(value.substring(space + 1).strip());
    }

    private void extension(String value) {
        var parts = words(value);
        require(parts.size() >= 2, "malformed extmap");
        require(extensions.size() < MAX_EXTENSIONS, "too many header extensions");
        var slash = parts.get(0).indexOf('/');
        var id = slash < 0 ? parts.get(0) : parts.get(0).substring(0, slash);
        extensions.add(
                new ExtMap(
                        number(id, 1, 255, "an extension id"),
                        slash < 0 ? "" : parts.get(0).substring(slash + 1),
                        parts.get(1)));
    }

    private void ssrcGroup(String value) {
        var parts = words(value);
        require(
                parts.size() >= 2 && parts.size() <= MAX_SSRCS && ssrcGroups.size() < MAX_SSRCS,
                "malformed ssrc-group");
        var members = new ArrayList<Long>();
        for (var i = 1; i < parts.size(); i++) {
            members.add(ssrc(List.of(parts.get(i))));
        }
        ssrcGroups.add(new SsrcGroup(parts.getFirst(), members));
    }

    private static long ssrc(List<String> parts) {
        require(!parts.isEmpty(), "malformed ssrc");
        try {
            return Integer.toUnsignedLong(Integer.parseUnsignedInt(parts.getFirst()));
        } catch (NumberFormatException e) {
            throw new SdpRefusedException("an SSRC is not a 32-bit number");
        }
    }

    /// RFC 8839 §5.4 has letters, digits, + and / only; some clients pad with = or use what
    /// browsers let pass.
    private static String iceText(String value) {
        require(value.length() <= MAX_ICE_CHARACTERS, "ICE credentials are too long");
        var text = value.strip();
        require(text.isEmpty() || isToken(text), "ICE credentials are not plain characters");
        return text;
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
    }
}
