// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Grant;
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
    /// @param grant what the request may do
    ObjectNode handle(String request, String spoken, ObjectNode body, Grant grant) {
        return switch (request) {
            case "create" -> rooms.create(body, grant);
            case "edit" -> rooms.edit(body, grant);
            case "destroy" -> rooms.destroy(body, grant);
            case "exists" -> rooms.exists(body);
            case "list" -> rooms.list(body);
            case "allowed" -> rooms.allowed(body, grant);
            case "listparticipants" -> participants.list(body);
            case "kick" -> participants.kick(body, grant);
            case "moderate" -> participants.moderate(body, grant);
            default ->
                    throw new PluginRefusal(
                            PluginError.invalidRequest(
                                    NOT_SUPPORTED.contains(request)
                                            ? "Request '" + spoken + "' is not supported yet"
                                            : "Unknown request '" + spoken + "'"));
        };
    }
}
