// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.RoomConfig;
import io.portunus.signalling.videoroom.CodecNames;
import io.portunus.signalling.videoroom.RoomSpec;
import java.util.List;

/// The rooms of the settings in the terms of the VideoRoom plugin.
final class RoomSpecs {
    private RoomSpecs() {}

    static RoomSpec of(RoomConfig room) {
        return new RoomSpec(
                room.room(),
                room.description(),
                room.secret(),
                room.pin(),
                room.isPrivate(),
                room.requirePvtid(),
                room.publishers(),
                room.bitrate(),
                room.firFreq(),
                codecs(room, "audiocodec", room.audiocodec(), MediaKind.AUDIO),
                codecs(room, "videocodec", room.videocodec(), MediaKind.VIDEO),
                room.vp9Profile(),
                room.h264Profile(),
                room.opusFec(),
                room.opusDtx(),
                room.audiolevelExt(),
                room.audiolevelEvent(),
                room.audioActivePackets(),
                room.audioLevelAverage(),
                room.videoorientExt(),
                room.playoutdelayExt(),
                room.transportWideCcExt(),
                room.notifyJoining(),
                true);
    }

    private static List<Codec> codecs(
            RoomConfig room, String setting, String list, MediaKind kind) {
        try {
            return CodecNames.parse(list, kind);
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(
                    "rooms: " + setting + " of " + room.room() + ": " + e.getMessage());
        }
    }
}
