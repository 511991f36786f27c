// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaPlan.Feedback;
import io.portunus.core.door.RemoteTransport;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.signalling.sdp.SessionDescription.Section;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The offers of one publisher and our answers (RFC 8829): which codec, which extensions, which
/// sections. Confined to the signalling loop.
///
/// [#offered] decides and changes nothing; [#answer] commits what was decided and writes it.
public final class PublisherNegotiation {
    private final PublisherPolicy policy;
    private final long sessionId;
    private long version;
    private List<String> mids = List.of();
    private String remoteUfrag = "";

    /// @param sessionId the number in our `o=` lines, the same for the life of the connection
    public PublisherNegotiation(PublisherPolicy policy, long sessionId) {
        this.policy = policy;
        this.sessionId = sessionId;
    }

    /// What came of an offer.
    public sealed interface Outcome {
        /// @param iceRestart whether the client changed its ICE credentials
        record Accepted(
                SessionDescription offer,
                MediaPlan plan,
                RemoteTransport remote,
                List<OfferedStream> streams,
                boolean iceRestart)
                implements Outcome {}

        record Refused(String reason) implements Outcome {}
    }

    /// Decides on an offer.
    ///
    /// @param audio the only audio codec to take, or null for those of the policy
    /// @param video likewise
    public Outcome offered(SessionDescription offer, @Nullable Codec audio, @Nullable Codec video) {
        for (var i = 0; i < mids.size(); i++) {
            if (i >= offer.sections().size()
                    || !offer.sections().get(i).mid().equals(mids.get(i))) {
                return new Outcome.Refused("a new offer must keep the media sections of the old");
            }
        }
        var lines = new ArrayList<MediaPlan.Line>();
        var streams = new ArrayList<OfferedStream>();
        for (var section : offer.sections()) {
            var kind = kindOf(section);
            if (kind == null) {
                continue;
            }
            var wanted = kind == MediaKind.AUDIO ? audio : video;
            var choice = usable(offer, section) ? choose(section, kind, wanted) : null;
            var extensions =
                    choice == null ? ExtensionMap.NONE : extensions(section, choice.codec());
            if (choice != null) {
                lines.add(line(section, choice, extensions));
            }
            streams.add(stream(section, kind, choice, extensions));
        }
        var transport = offer.transport();
        var remote =
                new RemoteTransport(
                        transport.ufrag(),
                        transport.password(),
                        transport.fingerprints(),
                        transport.setup().equals("passive"));
        var restart = !remoteUfrag.isEmpty() && !remoteUfrag.equals(transport.ufrag());
        return new Outcome.Accepted(offer, new MediaPlan(lines), remote, streams, restart);
    }

    /// Writes the answer to an accepted offer; from here on it is what was negotiated.
    ///
    /// @param ssrcs what we send, by section, for a policy that echoes; else empty
    public String answer(
            Outcome.Accepted accepted, LocalTransport local, Map<Integer, SlotSsrcs> ssrcs) {
        var offer = accepted.offer();
        mids = offer.sections().stream().map(Section::mid).toList();
        remoteUfrag = accepted.remote().ufrag();
        var lines = new HashMap<Integer, MediaPlan.Line>();
        for (var line : accepted.plan().lines()) {
            lines.put(line.index(), line);
        }
        var bundle =
                offer.sections().stream()
                        .filter(section -> lines.containsKey(section.index()))
                        .map(Section::mid)
                        .toList();
        var writer = new SdpWriter();
        writer.session(
                sessionId,
                ++version,
                policy.sessionName(),
                bundle,
                local,
                offer.extmapAllowMixed());
        for (var section : offer.sections()) {
            var line = lines.get(section.index());
            if (line == null) {
                writer.rejected(
                        section.mediaName(),
                        section.protocol(),
                        String.join(" ", section.rawFormats()),
                        section.mid());
            } else {
                var setup = accepted.remote().weAreDtlsClient() ? "active" : "passive";
                write(writer, section, line, local, setup, ssrcs.get(section.index()));
            }
        }
        return writer.text();
    }

    private void write(
            SdpWriter writer,
            Section section,
            MediaPlan.Line line,
            LocalTransport local,
            String setup,
            @Nullable SlotSsrcs ssrcs) {
        var hasRtx = line.rtxPayloadType() >= 0;
        writer.section(
                section.mediaName(),
                hasRtx
                        ? List.of(line.payloadType(), line.rtxPayloadType())
                        : List.of(line.payloadType()),
                local,
                line.kind() == MediaKind.VIDEO ? policy.maxVideoBps() : 0,
                Direction.of(line.sends(), line.receives()),
                section.mid());
        writer.transport(local, setup);
        FormatLines.write(
                writer, line, formatParameters(section, line.codec(), line.payloadType()));
        for (var extension : section.extensions()) {
            var kind = kindOf(extension.uri());
            if (kind != null && line.extensions().idOf(kind) == extension.id()) {
                writer.attribute("extmap:" + extension.id() + " " + extension.uri());
            }
        }
        if (line.sends() && ssrcs != null) {
            writer.attribute("msid:janus janus" + section.mid());
            writer.ssrcs(ssrcs, hasRtx);
        }
        writer.candidates(local);
    }

    private @Nullable CodecChoice choose(Section section, MediaKind kind, @Nullable Codec wanted) {
        var preferred = wanted == null ? policy.codecs(kind) : List.of(wanted);
        return CodecChoice.of(section, preferred, policy);
    }

    /// Whether the section can be taken at all: secured RTP, multiplexed and bundled.
    private static boolean usable(SessionDescription offer, Section section) {
        var bundled =
                offer.bundle().contains(section.mid())
                        || (offer.bundle().isEmpty() && offer.sections().size() == 1);
        return !section.rejected()
                && section.rtcpMux()
                && bundled
                && section.protocol().endsWith("TLS/RTP/SAVPF");
    }

    private MediaPlan.Line line(Section section, CodecChoice choice, ExtensionMap extensions) {
        return new MediaPlan.Line(
                section.index(),
                section.mid(),
                section.direction().sends(),
                policy.echoes() && section.direction().receives(),
                choice.codec(),
                choice.payloadType(),
                choice.rtxPayloadType(),
                feedback(section, choice, extensions),
                extensions,
                encodings(section));
    }

    private static Set<Feedback> feedback(
            Section section, CodecChoice choice, ExtensionMap extensions) {
        var agreed = EnumSet.noneOf(Feedback.class);
        for (var feedback : Feedback.values()) {
            if (section.hasFeedback(choice.payloadType(), FormatLines.attribute(feedback))) {
                agreed.add(feedback);
            }
        }
        if (choice.codec().kind() == MediaKind.AUDIO) {
            agreed.retainAll(EnumSet.of(Feedback.TRANSPORT_CC));
        }
        if (!extensions.has(ExtensionKind.TRANSPORT_SEQUENCE)) {
            agreed.remove(Feedback.TRANSPORT_CC);
        }
        return agreed;
    }

    private ExtensionMap extensions(Section section, Codec codec) {
        var agreed = new EnumMap<ExtensionKind, Integer>(ExtensionKind.class);
        var taken = new HashSet<Integer>();
        for (var extension : section.extensions()) {
            var kind = kindOf(extension.uri());
            var usable =
                    extension.direction().isEmpty() || extension.direction().equals("sendrecv");
            if (kind != null && usable && policy.allows(kind, codec) && taken.add(extension.id())) {
                agreed.putIfAbsent(kind, extension.id());
            }
        }
        return new ExtensionMap(agreed);
    }

    /// What the client announced of the one encoding that is taken, and of the others behind it.
    /// Where it has rids, our answer leaves it only the first, whose packets are told by mid alone.
    private static List<MediaPlan.Encoding> encodings(Section section) {
        if (!section.rids().isEmpty()) {
            return List.of();
        }
        for (var group : section.ssrcGroups()) {
            if (group.semantics().equals("SIM")) {
                return simulcast(section, group.ssrcs());
            }
        }
        if (section.ssrcs().isEmpty()) {
            return List.of();
        }
        var ssrc = section.ssrcs().getFirst();
        for (var group : section.ssrcGroups()) {
            if (group.semantics().equals("FID") && group.ssrcs().size() == 2) {
                return List.of(
                        new MediaPlan.Encoding("", group.ssrcs().get(0), group.ssrcs().get(1)));
            }
        }
        return List.of(new MediaPlan.Encoding("", ssrc, -1));
    }

    /// Encodings in a group of SSRCs come whatever we answer, and are named from the smallest to
    /// the largest. The smallest is taken: it is the only one that clients send always. The larger
    /// ones stop where the room's bitrate, the network or the camera has too little for them.
    private static List<MediaPlan.Encoding> simulcast(Section section, List<Long> ssrcs) {
        return ssrcs.stream()
                .distinct()
                .map(ssrc -> new MediaPlan.Encoding("", ssrc, rtxSsrc(section, ssrc)))
                .toList();
    }

    /// That of the retransmissions of `ssrc` (RFC 5576 §4.2, RFC 4588 §8.3), or -1.
    private static long rtxSsrc(Section section, long ssrc) {
        for (var group : section.ssrcGroups()) {
            if (group.semantics().equals("FID")
                    && group.ssrcs().size() == 2
                    && group.ssrcs().getFirst() == ssrc) {
                return group.ssrcs().getLast();
            }
        }
        return -1;
    }

    private OfferedStream stream(
            Section section,
            MediaKind kind,
            @Nullable CodecChoice choice,
            ExtensionMap extensions) {
        var disabled = choice == null || !section.direction().sends();
        var codec = choice == null ? null : choice.codec();
        var payloadType = choice == null ? -1 : choice.payloadType();
        var opus = codec == Codec.OPUS;
        return new OfferedStream(
                kind,
                section.index(),
                section.mid(),
                disabled,
                codec,
                opus && isOn(section, payloadType, "stereo"),
                opus && policy.opusFec() && isOn(section, payloadType, "useinbandfec"),
                opus && policy.opusDtx() && isOn(section, payloadType, "usedtx"),
                codec == Codec.H264 ? CodecChoice.h264Profile(section, payloadType) : "",
                codec == Codec.VP9 ? CodecChoice.vp9Profile(section, payloadType) : "",
                codec == null ? "" : formatParameters(section, codec, payloadType),
                extensions);
    }

    /// The agreed `a=fmtp` of the chosen format, or empty.
    private String formatParameters(Section section, Codec codec, int payloadType) {
        if (codec.kind() == MediaKind.VIDEO) {
            return section.fmtp().getOrDefault(payloadType, "");
        }
        if (codec != Codec.OPUS) {
            return "";
        }
        var parameters = new ArrayList<String>();
        if (policy.opusFec() && isOn(section, payloadType, "useinbandfec")) {
            parameters.add("useinbandfec=1");
        }
        if (policy.opusDtx() && isOn(section, payloadType, "usedtx")) {
            parameters.add("usedtx=1");
        }
        if (isOn(section, payloadType, "stereo")) {
            parameters.add("stereo=1");
        }
        return String.join(";", parameters);
    }

    private static boolean isOn(Section section, int payloadType, String parameter) {
        return "1".equals(section.parameter(payloadType, parameter));
    }

    private static @Nullable MediaKind kindOf(Section section) {
        return switch (section.media()) {
            case AUDIO -> MediaKind.AUDIO;
            case VIDEO -> MediaKind.VIDEO;
            case APPLICATION, OTHER -> null;
        };
    }

    static @Nullable ExtensionKind kindOf(String uri) {
        for (var kind : ExtensionKind.values()) {
            if (kind.uri().equals(uri)) {
                return kind;
            }
        }
        return null;
    }
}
