// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.rtp.ExtensionKind;
import java.util.List;

/// What may be negotiated with a publisher: its room's settings.
///
/// @param audioCodecs in order of preference
/// @param videoCodecs in order of preference
/// @param vp9Profile the preferred `profile-id`, or empty
/// @param h264Profile the preferred `profile-level-id`, or empty
/// @param sessionName the `s=` line
/// @param echoes whether what is received is sent back on the same section
/// @param maxVideoBps what a video section may take (RFC 8866 §5.8), in bit/s; 0 for any
public record PublisherPolicy(
        List<Codec> audioCodecs,
        List<Codec> videoCodecs,
        boolean opusFec,
        boolean opusDtx,
        boolean audioLevel,
        boolean videoOrientation,
        boolean playoutDelay,
        boolean transportCc,
        String vp9Profile,
        String h264Profile,
        String sessionName,
        boolean echoes,
        int maxVideoBps) {
    public PublisherPolicy {
        audioCodecs = List.copyOf(audioCodecs);
        videoCodecs = List.copyOf(videoCodecs);
    }

    /// Without a limit of what a video section may take.
    public PublisherPolicy(
            List<Codec> audioCodecs,
            List<Codec> videoCodecs,
            boolean opusFec,
            boolean opusDtx,
            boolean audioLevel,
            boolean videoOrientation,
            boolean playoutDelay,
            boolean transportCc,
            String vp9Profile,
            String h264Profile,
            String sessionName,
            boolean echoes) {
        this(
                audioCodecs,
                videoCodecs,
                opusFec,
                opusDtx,
                audioLevel,
                videoOrientation,
                playoutDelay,
                transportCc,
                vp9Profile,
                h264Profile,
                sessionName,
                echoes,
                0);
    }

    /// Whether `extension` may be used on a section of `codec`.
    boolean allows(ExtensionKind extension, Codec codec) {
        var video = codec.kind() == MediaKind.VIDEO;
        return switch (extension) {
            case MID -> true;
            // One encoding is taken of a simulcast offer, so nothing is told apart by rid.
            case RID, REPAIRED_RID -> false;
            case AUDIO_LEVEL -> !video && audioLevel;
            case TRANSPORT_SEQUENCE -> transportCc;
            case ABS_SEND_TIME -> echoes;
            case VIDEO_ORIENTATION -> video && videoOrientation;
            case PLAYOUT_DELAY -> video && playoutDelay;
            case DEPENDENCY_DESCRIPTOR -> codec == Codec.AV1 || codec == Codec.VP9;
        };
    }

    List<Codec> codecs(MediaKind kind) {
        return kind == MediaKind.AUDIO ? audioCodecs : videoCodecs;
    }
}
