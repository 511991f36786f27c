// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/// The requests that are answered on the spot: about rooms and who is in them, not about the
/// handle. Confined to the signalling loop.
final class DirectRequests {
    /// What the API has and this server has not; refused in this one place.
    private static final Set<String> NOT_SUPPORTED =
            Set.of(
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

    private final RoomRequests rooms;
    private final ParticipantRequests participants;

    DirectRequests(VideoRooms rooms) {
        this.rooms = new RoomRequests(rooms);
        participants = new ParticipantRequests(rooms);
    }

    /// @param request in lower case
    /// @param spoken as the client wrote it
    ObjectNode handle(String request, String spoken, ObjectNode body) {
        return switch (request) {
            case "create" -> rooms.create(body);
            case "edit" -> rooms.edit(body);
            case "destroy" -> rooms.destroy(body);
            case "exists" -> rooms.exists(body);
            case "list" -> rooms.list(body);
            case "allowed" -> rooms.allowed(body);
            case "listparticipants" -> participants.list(body);
            case "kick" -> participants.kick(body);
            case "moderate" -> participants.moderate(body);
            default ->
                    throw new PluginRefusal(
                            PluginError.invalidRequest(
                                    NOT_SUPPORTED.contains(request)
                                            ? "Request '" + spoken + "' is not supported yet"
                                            : "Unknown request '" + spoken + "'"));
        };
    }
}
