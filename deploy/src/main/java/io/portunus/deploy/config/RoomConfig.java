// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.config;

import static io.portunus.deploy.config.BadSettingException.inRange;

/// A room that exists from the start, with the properties of the Janus VideoRoom plugin.
public record RoomConfig(
        long room,
        String description,
        String secret,
        String pin,
        boolean isPrivate,
        int publishers,
        int bitrate,
        int firFreq,
        String audiocodec,
        String videocodec,
        String vp9Profile,
        String h264Profile,
        boolean opusFec,
        boolean opusDtx,
        boolean audiolevelExt,
        boolean audiolevelEvent,
        int audioActivePackets,
        int audioLevelAverage,
        boolean videoorientExt,
        boolean playoutdelayExt,
        boolean transportWideCcExt,
        boolean notifyJoining,
        boolean requirePvtid) {
    /// The largest number that JavaScript holds exactly.
    private static final long MAX_ROOM = (1L << 53) - 1;

    public RoomConfig {
        BadSettingException.require(
                room >= 1 && room <= MAX_ROOM,
                "rooms: room is " + room + ", but must be 1 to 2^53 - 1");
        inRange("rooms: publishers of " + room, publishers, 0, 1_000);
        inRange("rooms: bitrate of " + room, bitrate, 0, Integer.MAX_VALUE);
        inRange("rooms: fir_freq of " + room, firFreq, 0, 3_600);
        inRange("rooms: audio_active_packets of " + room, audioActivePackets, 1, 10_000);
        inRange("rooms: audio_level_average of " + room, audioLevelAverage, 1, 127);
        description = description.isEmpty() ? "Room " + room : description;
    }
}
