// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.signalling.jcfg.LibconfigException;
import io.portunus.signalling.videoroom.Ids;
import io.portunus.signalling.videoroom.JanusRooms;
import io.portunus.signalling.videoroom.RoomFile;
import io.portunus.signalling.videoroom.RoomSpec;
import io.portunus.signalling.videoroom.RoomSpecReader;
import io.portunus.signalling.videoroom.RoomStore;
import io.portunus.signalling.videoroom.VideoRoomSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The settings of the VideoRoom plugin and the rooms that are there from the start: those of a
/// Janus configuration, if one is named, and then our own.
record VideoRoomConfig(VideoRoomSettings plugin, List<RoomSpec> rooms) {
    private static final int MAX_FILE_BYTES = 16 << 20;

    /// @throws BadSettingException naming what is wrong
    static VideoRoomConfig of(ServerConfig config) {
        var given = config.videoroom();
        var janus = janusRooms(given.janusFile());
        var ids = new Ids(given.stringIds() || janus.stringIds());
        var rooms = new ArrayList<RoomSpec>();
        for (var room : janus.rooms()) {
            rooms.add(room(room, ids, "videoroom.janus_file"));
        }
        for (var room : config.rooms()) {
            if (ids.areTexts()) {
                room = room.deepCopy().put("room", room.path("room").asText());
            }
            rooms.add(room(room, ids, "rooms"));
        }
        var key = given.adminKey().isEmpty() ? janus.adminKey() : given.adminKey();
        var store = store(given.roomsFile(), ids);
        return new VideoRoomConfig(
                new VideoRoomSettings(ids.areTexts(), key, store), List.copyOf(rooms));
    }

    private static RoomSpec room(ObjectNode properties, Ids ids, String setting) {
        try {
            return RoomSpecReader.permanent(properties, ids);
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(
                    setting
                            + ": room "
                            + properties.path("room").asText("")
                            + ": "
                            + e.getMessage());
        }
    }

    private static JanusRooms janusRooms(String file) {
        if (file.isEmpty()) {
            return JanusRooms.NONE;
        }
        try {
            if (Files.size(Path.of(file)) > MAX_FILE_BYTES) {
                throw new BadSettingException(
                        "videoroom.janus_file: "
                                + file
                                + " is larger than "
                                + MAX_FILE_BYTES
                                + " bytes");
            }
            return JanusRooms.parse(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new BadSettingException(
                    "videoroom.janus_file: " + file + " cannot be read: " + e.getMessage());
        } catch (LibconfigException | IllegalArgumentException e) {
            throw new BadSettingException("videoroom.janus_file: " + file + ": " + e.getMessage());
        }
    }

    private static RoomStore store(String file, Ids ids) {
        if (file.isEmpty()) {
            return RoomStore.NONE;
        }
        try {
            return new RoomFile(Path.of(file), ids);
        } catch (IOException e) {
            throw new BadSettingException(
                    "videoroom.rooms_file: " + file + " cannot be used: " + e.getMessage());
        }
    }
}
