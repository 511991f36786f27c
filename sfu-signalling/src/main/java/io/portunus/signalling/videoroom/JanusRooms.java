// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.jcfg.Libconfig;
import io.portunus.signalling.jcfg.LibconfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The rooms of a Janus `janus.plugin.videoroom.jcfg`, and what it says of the plugin.
///
/// @param rooms properties as `create` takes them
public record JanusRooms(boolean stringIds, String adminKey, List<ObjectNode> rooms) {
    public static final JanusRooms NONE = new JanusRooms(false, "", List.of());

    private static final String ROOM = "room-";

    private static final Set<String> FLAGS =
            Set.of(
                    "is_private",
                    "require_pvtid",
                    "signed_tokens",
                    "require_e2ee",
                    "bitrate_cap",
                    "opus_fec",
                    "opus_dtx",
                    "audiolevel_ext",
                    "audiolevel_event",
                    "videoorient_ext",
                    "playoutdelay_ext",
                    "transport_wide_cc_ext",
                    "notify_joining",
                    "record",
                    "lock_record",
                    "dummy_publisher",
                    "dummy_e2ee");

    private static final Set<String> NUMBERS =
            Set.of(
                    "publishers",
                    "bitrate",
                    "fir_freq",
                    "audio_active_packets",
                    "audio_level_average",
                    "threads");

    public JanusRooms {
        rooms = List.copyOf(rooms);
    }

    /// @throws LibconfigException where `text` is not libconfig
    /// @throws IllegalArgumentException naming the room and the property that is wrong
    public static JanusRooms parse(String text) throws LibconfigException {
        var file = Libconfig.parse(text);
        var general = file.path("general");
        var stringIds = isTrue(general.path("string_ids"));
        var rooms = new ArrayList<ObjectNode>();
        for (var block : file.properties()) {
            if (block.getKey().startsWith(ROOM) && block.getValue() instanceof ObjectNode given) {
                rooms.add(room(block.getKey().substring(ROOM.length()), given, stringIds));
            }
        }
        return new JanusRooms(stringIds, general.path("admin_key").asText(""), rooms);
    }

    private static ObjectNode room(String id, ObjectNode given, boolean stringIds) {
        var room = JsonNodeFactory.instance.objectNode();
        if (stringIds) {
            room.put("room", id);
        } else if (id.matches("\\d{1,16}")) {
            room.put("room", Long.parseLong(id));
        } else {
            throw new IllegalArgumentException(
                    ROOM + id + ": the id is not a number, and string_ids is off");
        }
        for (var property : given.properties()) {
            var name = property.getKey();
            var value = property.getValue();
            if (FLAGS.contains(name)) {
                room.put(name, isTrue(value));
            } else if (NUMBERS.contains(name)) {
                room.put(name, number(ROOM + id + "." + name, value));
            } else if (value.isValueNode()) {
                room.put(name, value.asText());
            } else {
                room.set(name, value);
            }
        }
        return room;
    }

    /// Janus takes what it reads for text, and these words of it for true.
    private static boolean isTrue(JsonNode value) {
        return switch (value.asText("").toLowerCase(Locale.ROOT)) {
            case "yes", "true", "1" -> true;
            default -> false;
        };
    }

    private static int number(String name, JsonNode value) {
        var text = value.asText("").strip();
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(name + " is no number: '" + text + "'");
        }
        return Integer.parseInt(text);
    }
}
