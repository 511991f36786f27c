// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import java.util.List;

/// The VideoRoom plugin (`janus.plugin.videoroom`). Confined to the signalling loop.
public final class VideoRoomPlugin implements Plugin {
    private final VideoRooms rooms;
    private final DirectRequests direct;

    public VideoRoomPlugin(MediaClient media, SignallingLoop loop) {
        rooms = new VideoRooms(media, loop, new RoomDirectory(media));
        direct = new DirectRequests(rooms);
    }

    /// Opens the rooms that are there from the start.
    ///
    /// @throws IllegalStateException naming the room that cannot be opened
    public void open(List<RoomSpec> specs) {
        for (var spec : specs) {
            if (rooms.directory().open(spec) == null) {
                throw new IllegalStateException("room " + spec.id() + " cannot be opened");
            }
        }
    }

    /// No room is opened any more, because the server stops.
    public void stop() {
        rooms.directory().stop();
    }

    /// How many rooms there are.
    public int roomCount() {
        return rooms.directory().all().size();
    }

    @Override
    public String name() {
        return "janus.plugin.videoroom";
    }

    @Override
    public Description description() {
        return new Description(
                "JANUS VideoRoom plugin",
                "The Portunus authors",
                "A multi-party video room: each stream is sent once and forwarded to all",
                10,
                "0.0.10");
    }

    @Override
    public PluginSession attach(Handle handle) {
        return new VideoRoomSession(rooms, direct, handle);
    }
}
