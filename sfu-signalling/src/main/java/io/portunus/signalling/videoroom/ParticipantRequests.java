// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.auth.Grant;

/// The requests that list the participants of a room and moderate them. Confined to the signalling
/// loop.
final class ParticipantRequests {
    private final VideoRooms rooms;

    ParticipantRequests(VideoRooms rooms) {
        this.rooms = rooms;
    }

    ObjectNode list(ObjectNode body) {
        var room = rooms.find(body);
        var reply = RoomJson.about("participants", room.spec());
        var list = reply.putArray("participants");
        for (var member : room.members()) {
            var json = list.addObject();
            RoomJson.putIdentity(json, member);
            if (member.isDummy()) {
                json.put("dummy", true);
            }
            json.put("publisher", member.isPublishing());
            if (room.spec().audioLevelEvent() && member.isPublishing() && member.isHeard()) {
                json.put("talking", member.isTalking());
            }
        }
        return reply;
    }

    ObjectNode kick(ObjectNode body, Grant grant) {
        var room = rooms.administered(body, grant);
        var member = member(room, body);
        if (member.beginLeaving()) {
            rooms.media()
                    .tellSurely(
                            room.mediaLoop(),
                            new RoomCommand.Leave(
                                    MediaCommand.NO_REQUEST,
                                    room.mediaId(),
                                    member.participant(),
                                    LeaveReason.KICKED));
        }
        return RoomJson.object().put("videoroom", "success");
    }

    /// Silences one stream of a participant, whatever that wishes itself, or gives it its voice
    /// back.
    ObjectNode moderate(ObjectNode body, Grant grant) {
        var room = rooms.administered(body, grant);
        var member = member(room, body);
        var mid = Fields.text(body, "mid");
        var mute = Fields.requiredFlag(body, "mute");
        if (member.stream(mid) == null) {
            throw new PluginRefusal(PluginError.noSuch("No such stream " + mid));
        }
        if (member.moderate(mid, mute)) {
            ParticipantMedia.relay(rooms.media(), room, member, mid);
            room.tellOthers(
                    null,
                    member.id()
                            .putInto(RoomJson.event(room.spec()), "id")
                            .put("mid", mid)
                            .put("moderation", mute ? "muted" : "unmuted"));
        }
        return RoomJson.object().put("videoroom", "success");
    }

    /// @return somebody who is really there
    private Member member(ApiRoom room, ObjectNode body) {
        var id = rooms.ids().required(body, "id");
        var member = room.member(id);
        if (member == null) {
            throw new PluginRefusal(
                    PluginError.noSuch("No such user " + id + " in room " + room.spec().id()));
        }
        if (member.isDummy()) {
            throw new PluginRefusal(PluginError.noSuch("Can't kick dummy users"));
        }
        return member;
    }
}
