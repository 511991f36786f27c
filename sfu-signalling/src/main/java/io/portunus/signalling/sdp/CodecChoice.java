// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.signalling.sdp.SessionDescription.Section;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which of the formats that a section offers is taken.
///
/// @param payloadType the client's own number
/// @param rtxPayloadType that of its retransmissions, or -1
record CodecChoice(Codec codec, int payloadType, int rtxPayloadType) {
    private static final String PACKETIZATION_MODE = "packetization-mode";
    private static final String H264_PROFILE = "profile-level-id";
    private static final String VP9_PROFILE = "profile-id";

    /// The first codec of `preferred` that the section offers, or null.
    static @Nullable CodecChoice of(
            Section section, List<Codec> preferred, PublisherPolicy policy) {
        for (var codec : preferred) {
            var payloadType = payloadTypeOf(section, codec, policy);
            if (payloadType >= 0) {
                var rtx = codec.kind() == MediaKind.VIDEO ? section.rtxOf(payloadType) : -1;
                return new CodecChoice(codec, payloadType, rtx);
            }
        }
        return null;
    }

    /// The `profile-level-id` that an H.264 format of `section` names, or empty.
    static String h264Profile(Section section, int payloadType) {
        var profile = section.parameter(payloadType, H264_PROFILE);
        return profile == null ? "" : profile;
    }

    static String vp9Profile(Section section, int payloadType) {
        var profile = section.parameter(payloadType, VP9_PROFILE);
        return profile == null ? "" : profile;
    }

    private static int payloadTypeOf(Section section, Codec codec, PublisherPolicy policy) {
        var best = -1;
        var bestRank = -1;
        for (var payloadType : section.formats()) {
            var map = section.rtpMaps().get(payloadType);
            if (map == null
                    || !map.name().equals(codec.rtpmapName().toLowerCase(Locale.ROOT))
                    || map.clockRateHz() != codec.clockRateHz()) {
                continue;
            }
            var rank = rank(section, payloadType, codec, policy);
            if (rank > bestRank) {
                best = payloadType;
                bestRank = rank;
            }
        }
        return best;
    }

    /// How well a format of the right codec suits: the room's profile first, then what is safest.
    private static int rank(Section section, int payloadType, Codec codec, PublisherPolicy policy) {
        return switch (codec) {
            case H264 -> {
                var wanted =
                        !policy.h264Profile().isEmpty()
                                && policy.h264Profile()
                                        .equalsIgnoreCase(h264Profile(section, payloadType));
                var nonInterleaved = "1".equals(section.parameter(payloadType, PACKETIZATION_MODE));
                yield (wanted ? 2 : 0) + (nonInterleaved ? 1 : 0);
            }
            case VP9 -> {
                var offered = vp9Profile(section, payloadType);
                var profile = offered.isEmpty() ? "0" : offered;
                yield profile.equals(policy.vp9Profile()) ? 2 : profile.equals("0") ? 1 : 0;
            }
            default -> 0;
        };
    }
}
