// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.media.MediaClient;

/// Tells the media side what holds for all that a participant sends. Stateless.
final class ParticipantMedia {
    private ParticipantMedia() {}

    /// Whether `mid` of `member` is relayed, by what all have said of it.
    static void relay(MediaClient media, ApiRoom room, Member member, String mid) {
        media.tell(
                room.mediaLoop(),
                new RoomCommand.Relay(
                        MediaCommand.NO_REQUEST,
                        room.mediaId(),
                        member.participant(),
                        mid,
                        member.relays(mid)));
    }

    /// When `member` is taken to talk, where it has a measure of its own.
    static void measure(MediaClient media, ApiRoom room, Member member) {
        if (member.activePackets() > 0 || member.averageLevel() > 0) {
            media.tell(
                    room.mediaLoop(),
                    new RoomCommand.AudioLevels(
                            MediaCommand.NO_REQUEST,
                            room.mediaId(),
                            member.participant(),
                            Math.min(RoomSpecReader.MAX_ACTIVE_PACKETS, member.activePackets()),
                            Math.min(RoomSpecReader.MAX_LEVEL, member.averageLevel())));
        }
    }

    /// How much `member` may send, where it has said so itself.
    static void limit(MediaClient media, ApiRoom room, Member member) {
        if (member.hasOwnBitrate()) {
            media.tell(
                    room.mediaLoop(),
                    new RoomCommand.LimitBitrate(
                            MediaCommand.NO_REQUEST,
                            room.mediaId(),
                            member.participant(),
                            member.bitrate(room.spec())));
        }
    }
}
