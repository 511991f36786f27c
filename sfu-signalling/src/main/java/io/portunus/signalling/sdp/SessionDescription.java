// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.door.RemoteTransport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A session description (RFC 8866) that a client sent, as far as it matters to us. What a section
/// does not say of its transport it has from the session, or from the first section it is bundled
/// with. Immutable.
///
/// @param bundle the mids of the BUNDLE group (RFC 9143), in its order; empty without one
public record SessionDescription(
        List<Section> sections, List<String> bundle, boolean extmapAllowMixed) {
    public SessionDescription {
        sections = List.copyOf(sections);
        bundle = List.copyOf(bundle);
    }

    /// The transport of all that is bundled: that of the first section in use.
    public Transport transport() {
        for (var section : sections) {
            if (!section.rejected()) {
                return section.transport();
            }
        }
        return sections.getFirst().transport();
    }

    /// What a media section carries.
    public enum Media {
        AUDIO,
        VIDEO,
        APPLICATION,
        OTHER
    }

    /// ICE and DTLS parameters (RFC 8839, RFC 8842).
    ///
    /// @param setup `actpass`, `active` or `passive`
    public record Transport(
            String ufrag,
            String password,
            List<RemoteTransport.Fingerprint> fingerprints,
            String setup) {
        static final Transport NONE = new Transport("", "", List.of(), "");

        public Transport {
            fingerprints = List.copyOf(fingerprints);
        }
    }

    /// One media section.
    ///
    /// @param index its place, from 0
    /// @param mediaName how the description calls `media`
    /// @param rejected whether its port is 0 without being `a=bundle-only` (RFC 9143 §7.2)
    /// @param mid `a=mid`, or the index as text where it has none
    /// @param formats the payload types in order of preference; empty but for audio and video
    /// @param rawFormats what the media line says, as a rejection repeats it
    /// @param fmtp by payload type
    /// @param feedback `a=rtcp-fb` by payload type, with those for all (`*`) under each
    /// @param ssrcs in the order they were named
    /// @param rids in the order they were named
    public record Section(
            int index,
            Media media,
            String mediaName,
            boolean rejected,
            String protocol,
            String mid,
            Direction direction,
            boolean rtcpMux,
            List<Integer> formats,
            List<String> rawFormats,
            Map<Integer, RtpMap> rtpMaps,
            Map<Integer, String> fmtp,
            Map<Integer, Set<String>> feedback,
            List<ExtMap> extensions,
            List<Long> ssrcs,
            List<SsrcGroup> ssrcGroups,
            List<String> rids,
            Transport transport) {
        public Section {
            formats = List.copyOf(formats);
            rawFormats = List.copyOf(rawFormats);
            rtpMaps = Map.copyOf(rtpMaps);
            fmtp = Map.copyOf(fmtp);
            feedback = Map.copyOf(feedback);
            extensions = List.copyOf(extensions);
            ssrcs = List.copyOf(ssrcs);
            ssrcGroups = List.copyOf(ssrcGroups);
            rids = List.copyOf(rids);
        }

        /// The value of `name` among the format parameters of a payload type, or null.
        public @Nullable String parameter(int payloadType, String name) {
            for (var part : fmtp.getOrDefault(payloadType, "").split(";", -1)) {
                var equals = part.indexOf('=');
                if (equals > 0 && part.substring(0, equals).strip().equalsIgnoreCase(name)) {
                    return part.substring(equals + 1).strip();
                }
            }
            return null;
        }

        public boolean hasFeedback(int payloadType, String name) {
            return feedback.getOrDefault(payloadType, Set.of()).contains(name);
        }

        /// The payload type of the retransmissions of `payloadType` (RFC 4588 §8.1), or -1.
        public int rtxOf(int payloadType) {
            for (var format : formats) {
                var map = rtpMaps.get(format);
                if (map != null
                        && map.name().equals("rtx")
                        && Integer.toString(payloadType).equals(parameter(format, "apt"))) {
                    return format;
                }
            }
            return -1;
        }
    }

    /// @param name the encoding name in lower case
    public record RtpMap(String name, int clockRateHz, int channels) {
        public RtpMap {
            name = name.toLowerCase(Locale.ROOT);
        }
    }

    /// RFC 8285 §5.
    ///
    /// @param direction what stands behind the slash, or empty
    public record ExtMap(int id, String direction, String uri) {}

    /// RFC 5576 §4.2.
    public record SsrcGroup(String semantics, List<Long> ssrcs) {
        public SsrcGroup {
            ssrcs = List.copyOf(ssrcs);
        }
    }
}
