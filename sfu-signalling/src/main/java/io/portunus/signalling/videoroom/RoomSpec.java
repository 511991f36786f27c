// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.RoomSettings;
import io.portunus.signalling.sdp.PublisherPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The properties of a room, as the API names them. Immutable; made by [RoomSpecReader] alone.
///
/// @param secret needed to administer the room; empty for none
/// @param pin needed to join; empty for none
/// @param allowed the tokens with which one may take part; null where none is asked for
/// @param checkSubscribers whether subscribers must have a token where publishers must
/// @param publishers how many may publish at once
/// @param bitrate in bit/s, told to publishers; 0 for no cap
/// @param bitrateCap whether publishers can ask for no more than `bitrate`
/// @param firFreq seconds after which a key frame is asked for anyway; 0 never
/// @param dummyPublisher whether somebody seems to publish who is not there
/// @param dummyStreams what that one seems to send; empty for one stream of each codec
/// @param dummyE2ee whether that one seems to encrypt end to end, also where the room does not ask
///   for it
/// @param permanent whether it is opened anew when a fault ended it
public record RoomSpec(
        ApiId id,
        String description,
        String secret,
        String pin,
        @Nullable List<String> allowed,
        boolean isPrivate,
        boolean requirePvtid,
        boolean checkSubscribers,
        boolean signedTokens,
        boolean requireE2ee,
        int publishers,
        int bitrate,
        boolean bitrateCap,
        int firFreq,
        List<Codec> audioCodecs,
        List<Codec> videoCodecs,
        String vp9Profile,
        String h264Profile,
        boolean opusFec,
        boolean opusDtx,
        boolean audioLevelExt,
        boolean audioLevelEvent,
        int audioActivePackets,
        int audioLevelAverage,
        boolean videoOrientExt,
        boolean playoutDelayExt,
        boolean transportCcExt,
        boolean notifyJoining,
        boolean dummyPublisher,
        List<Dummy.Stream> dummyStreams,
        boolean dummyE2ee,
        boolean record,
        String recDir,
        boolean lockRecord,
        boolean permanent) {
    /// How many may be in one room, publishing or not.
    public static final int MAX_PARTICIPANTS = 10_000;

    public RoomSpec {
        allowed = allowed == null ? null : List.copyOf(allowed);
        audioCodecs = List.copyOf(audioCodecs);
        videoCodecs = List.copyOf(videoCodecs);
        dummyStreams = List.copyOf(dummyStreams);
    }

    RoomSettings mediaSettings() {
        return new RoomSettings(
                publishers,
                MAX_PARTICIPANTS,
                bitrate,
                firFreq,
                audioLevelEvent,
                audioActivePackets,
                audioLevelAverage);
    }

    PublisherPolicy publisherPolicy() {
        return new PublisherPolicy(
                audioCodecs,
                videoCodecs,
                opusFec,
                opusDtx,
                audioLevelExt,
                videoOrientExt,
                playoutDelayExt,
                transportCcExt,
                vp9Profile,
                h264Profile,
                sessionName(),
                false,
                bitrateCap ? bitrate : 0);
    }

    /// What a publisher that asks for `bps` is told, 0 meaning no cap: never more than the room's
    /// own, where that is one.
    int bitrateFor(int bps) {
        var wanted = RoomSpecReader.bitrate(bps);
        var capped = bitrateCap && bitrate > 0 && (wanted == 0 || wanted > bitrate);
        return capped ? bitrate : wanted;
    }

    String sessionName() {
        return "VideoRoom " + id;
    }
}
