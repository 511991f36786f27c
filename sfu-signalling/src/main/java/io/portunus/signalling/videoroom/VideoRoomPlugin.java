// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Grant;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The VideoRoom plugin (`janus.plugin.videoroom`). Confined to the signalling loop.
public final class VideoRoomPlugin implements Plugin {
    private static final Logger LOG = LoggerFactory.getLogger(VideoRoomPlugin.class);

    private final VideoRooms rooms;
    private final DirectRequests direct;

    public VideoRoomPlugin(MediaClient media, SignallingLoop loop, VideoRoomSettings settings) {
        this(media, loop, settings, Monitor.OFF);
    }

    /// @param monitor is told what happens to rooms
    public VideoRoomPlugin(
            MediaClient media, SignallingLoop loop, VideoRoomSettings settings, Monitor monitor) {
        var ids = new Ids(settings.stringIds());
        rooms =
                new VideoRooms(
                        media,
                        loop,
                        ids,
                        settings.adminKey(),
                        settings.store(),
                        new RoomDirectory(media, ids, monitor));
        rooms.directory()
                .whenOpened(room -> {
                    if (room.spec().dummyPublisher()) {
                        room.addDummy(Dummy.of(rooms, room));
                    }
                });
        direct = new DirectRequests(rooms);
    }

    /// Opens the rooms that are there from the start: `configured` ones, and those that were kept,
    /// which have the last word.
    ///
    /// @throws IllegalStateException naming the room that cannot be opened
    public void open(List<RoomSpec> configured) {
        var specs = new LinkedHashMap<ApiId, RoomSpec>();
        for (var spec : configured) {
            specs.put(spec.id(), spec);
        }
        for (var properties : rooms.store().rooms()) {
            try {
                var spec = RoomSpecReader.permanent(properties, rooms.ids());
                specs.put(spec.id(), spec);
            } catch (IllegalArgumentException e) {
                LOG.error("a room that was kept is left out: {}", e.getMessage());
            }
        }
        for (var spec : specs.values()) {
            if (spec.record()) {
                LOG.warn("room {} is not recorded: recording is not supported yet", spec.id());
            }
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
        return RoomMonitor.PLUGIN;
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
    public ObjectNode onOperatorMessage(ObjectNode message) {
        try {
            var name = Fields.text(message, "request");
            return direct.handle(name.toLowerCase(Locale.ROOT), name, message, Grant.EVERYTHING);
        } catch (PluginRefusal refusal) {
            return refusal.error().json();
        }
    }

    @Override
    public PluginSession attach(Handle handle) {
        return new VideoRoomSession(rooms, direct, handle);
    }
}
