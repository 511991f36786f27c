// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.RoomCommand;
import java.util.Set;

/// The requests that are answered on the spot: about rooms, not about the handle. Confined to the
/// signalling loop.
final class DirectRequests {
    /// What the API has and this server has not; refused in this one place.
    private static final Set<String> NOT_SUPPORTED =
            Set.of(
                    "edit",
                    "allowed",
                    "moderate",
                    "enable_recording",
                    "rtp_forward",
                    "stop_rtp_forward",
                    "listforwarders",
                    "add_remote_publisher",
                    "update_remote_publisher",
                    "remove_remote_publisher",
                    "publish_remotely",
                    "unpublish_remotely",
                    "listremotes",
                    "list_remotes");

    private final VideoRooms rooms;

    DirectRequests(VideoRooms rooms) {
        this.rooms = rooms;
    }

    /// @param request in lower case
    /// @param spoken as the client wrote it
    ObjectNode handle(String request, String spoken, ObjectNode body) {
        return switch (request) {
            case "create" -> create(body);
            case "destroy" -> destroy(body);
            case "exists" -> exists(body);
            case "list" -> list();
            case "listparticipants" -> listParticipants(body);
            case "kick" -> kick(body);
            default ->
                    throw new PluginRefusal(
                            PluginError.invalidRequest(
                                    NOT_SUPPORTED.contains(request)
                                            ? "Request '" + spoken + "' is not supported yet"
                                            : "Unknown request '" + spoken + "'"));
        };
    }

    private ObjectNode create(ObjectNode body) {
        var wanted = Fields.optionalId(body, "room");
        Fields.optionalFlag(body, "permanent");
        var directory = rooms.directory();
        var id = wanted == null || wanted == 0 ? directory.unusedId() : wanted;
        var spec = RoomSpecReader.read(body, id);
        if (directory.find(id) != null) {
            throw new PluginRefusal(PluginError.roomExists(id));
        }
        if (directory.isFull()) {
            throw new PluginRefusal(PluginError.internal("Too many rooms"));
        }
        if (directory.open(spec) == null) {
            throw new PluginRefusal(PluginError.overloaded());
        }
        // Rooms are kept nowhere but in memory, and the reply says so.
        return RoomJson.about("created", spec).put("permanent", false);
    }

    private ObjectNode destroy(ObjectNode body) {
        var room = rooms.find(Fields.id(body, "room"));
        Fields.optionalFlag(body, "permanent");
        Fields.secret(body, "secret", room.spec().secret());
        rooms.directory().destroy(room);
        return RoomJson.about("destroyed", room.spec()).put("permanent", false);
    }

    private ObjectNode exists(ObjectNode body) {
        var id = Fields.id(body, "room");
        return RoomJson.object()
                .put("videoroom", "success")
                .put("room", id)
                .put("exists", rooms.directory().find(id) != null);
    }

    private ObjectNode list() {
        var reply = RoomJson.object().put("videoroom", "success");
        var list = reply.putArray("list");
        for (var room : rooms.directory().all()) {
            if (!room.spec().isPrivate()) {
                describe(list.addObject(), room);
            }
        }
        return reply;
    }

    private static void describe(ObjectNode json, ApiRoom room) {
        var spec = room.spec();
        json.put("room", spec.id())
                .put("description", spec.description())
                .put("pin_required", !spec.pin().isEmpty())
                .put("is_private", spec.isPrivate())
                .put("max_publishers", spec.publishers())
                .put("bitrate", spec.bitrate())
                .put("fir_freq", spec.firFreq())
                .put("require_pvtid", spec.requirePvtid())
                .put("require_e2ee", false)
                .put("dummy_publisher", false)
                .put("notify_joining", spec.notifyJoining())
                .put("audiocodec", CodecNames.join(spec.audioCodecs()))
                .put("videocodec", CodecNames.join(spec.videoCodecs()));
        if (spec.opusFec()) {
            json.put("opus_fec", true);
        }
        if (spec.opusDtx()) {
            json.put("opus_dtx", true);
        }
        json.put("record", false)
                .put("lock_record", false)
                .put("num_participants", room.members().size())
                .put("audiolevel_ext", spec.audioLevelExt())
                .put("audiolevel_event", spec.audioLevelEvent());
        if (spec.audioLevelEvent()) {
            json.put("audio_active_packets", spec.audioActivePackets())
                    .put("audio_level_average", spec.audioLevelAverage());
        }
        json.put("videoorient_ext", spec.videoOrientExt())
                .put("playoutdelay_ext", spec.playoutDelayExt())
                .put("transport_wide_cc_ext", spec.transportCcExt());
    }

    private ObjectNode listParticipants(ObjectNode body) {
        var room = rooms.find(Fields.id(body, "room"));
        var reply = RoomJson.about("participants", room.spec());
        var list = reply.putArray("participants");
        for (var member : room.members()) {
            var json = list.addObject();
            RoomJson.putIdentity(json, member);
            json.put("publisher", member.isPublishing());
            var talking = member.talking();
            if (member.isPublishing() && talking != null) {
                json.put("talking", talking);
            }
        }
        return reply;
    }

    private ObjectNode kick(ObjectNode body) {
        var room = rooms.find(Fields.id(body, "room"));
        Fields.secret(body, "secret", room.spec().secret());
        var id = Fields.id(body, "id");
        var member = room.member(id);
        if (member == null) {
            throw new PluginRefusal(
                    PluginError.noSuch("No such user " + id + " in room " + room.spec().id()));
        }
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
}
