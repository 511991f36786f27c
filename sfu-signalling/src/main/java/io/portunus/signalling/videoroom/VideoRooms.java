// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Grant;
import io.portunus.signalling.auth.RoomRole;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;

/// What all handles of the plugin share. Confined to the signalling loop.
record VideoRooms(
        MediaClient media,
        SignallingLoop loop,
        Ids ids,
        String adminKey,
        RoomStore store,
        RoomDirectory directory) {
    /// The room that `body` names, if the request may administer it: it names the room's secret,
    /// and a token that it came with is for that.
    ApiRoom administered(ObjectNode body, Grant grant) {
        var room = find(body);
        requireModerator(grant, room.spec().id());
        Fields.secret(body, "secret", room.spec().secret());
        return room;
    }

    void requireModerator(Grant grant, ApiId room) {
        if (!grant.allows(RoomRole.MODERATE, room.text())) {
            throw new PluginRefusal(PluginError.unauthorized("the token is not for this"));
        }
    }

    /// The room that `body` names, or a refusal.
    ApiRoom find(ObjectNode body) {
        var id = ids.required(body, "room");
        var room = directory.find(id);
        if (room == null) {
            throw new PluginRefusal(PluginError.noSuchRoom(id));
        }
        return room;
    }
}
