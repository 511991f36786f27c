// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;

/// What all handles of the plugin share. Confined to the signalling loop.
record VideoRooms(MediaClient media, SignallingLoop loop, RoomDirectory directory) {
    /// The room that a request names, or a refusal.
    ApiRoom find(long id) {
        var room = directory.find(id);
        if (room == null) {
            throw new PluginRefusal(PluginError.noSuchRoom(id));
        }
        return room;
    }
}
