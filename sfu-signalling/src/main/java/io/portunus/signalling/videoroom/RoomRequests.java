// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.auth.Grant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The requests that make, change, list and end rooms. Confined to the signalling loop.
final class RoomRequests {
    /// What `edit` changes of a room's properties, each with `new_` before its name.
    private static final List<String> EDITABLE_FLAGS =
            List.of("is_private", "require_pvtid", "lock_record");

    private static final List<String> EDITABLE_NUMBERS =
            List.of("bitrate", "fir_freq", "publishers");

    private static final List<String> EDITABLE_TEXTS =
            List.of("description", "secret", "pin", "rec_dir");

    private static final List<String> REMOVABLE = List.of("secret", "pin");

    private final VideoRooms rooms;

    RoomRequests(VideoRooms rooms) {
        this.rooms = rooms;
    }

    ObjectNode create(ObjectNode body, Grant grant) {
        Fields.secret(body, "admin_key", rooms.adminKey());
        var wanted = rooms.ids().optional(body, "room");
        var permanent = Fields.flag(body, "permanent", false);
        Fields.notRecorded(body);
        var directory = rooms.directory();
        var id = wanted == null || wanted.isUnset() ? directory.unusedId() : wanted;
        var spec = RoomSpecReader.read(body, id, permanent);
        rooms.requireModerator(grant, id);
        if (directory.find(id) != null) {
            throw new PluginRefusal(PluginError.roomExists(id));
        }
        if (directory.isFull()) {
            throw new PluginRefusal(PluginError.internal("Too many rooms"));
        }
        if (directory.open(spec) == null) {
            throw new PluginRefusal(PluginError.overloaded());
        }
        return RoomJson.about("created", spec)
                .put("permanent", permanent && rooms.store().save(spec));
    }

    /// Changes what it names, all of it or nothing; texts that are empty change nothing.
    ObjectNode edit(ObjectNode body, Grant grant) {
        var room = rooms.administered(body, grant);
        var permanent = Fields.flag(body, "permanent", false);
        var properties = RoomSpecWriter.write(room.spec());
        for (var name : EDITABLE_TEXTS) {
            var text = Fields.optionalText(body, "new_" + name);
            if (text != null && !text.isEmpty()) {
                properties.put(name, text);
            }
        }
        for (var name : EDITABLE_FLAGS) {
            var flag = Fields.optionalFlag(body, "new_" + name);
            if (flag != null) {
                properties.put(name, flag);
            }
        }
        for (var name : EDITABLE_NUMBERS) {
            var number = Fields.optionalNumber(body, "new_" + name);
            if (number != null) {
                properties.put(name, number);
            }
        }
        for (var name : REMOVABLE) {
            if (Fields.flag(body, "remove_" + name, false)) {
                properties.put(name, "");
            }
        }
        var changed = change(room, properties);
        rooms.directory().onEdited(changed);
        return RoomJson.about("edited", changed)
                .put("permanent", permanent && rooms.store().save(changed));
    }

    ObjectNode destroy(ObjectNode body, Grant grant) {
        var permanent = Fields.flag(body, "permanent", false);
        var room = rooms.administered(body, grant);
        rooms.directory().destroy(room);
        return RoomJson.about("destroyed", room.spec())
                .put("permanent", permanent && rooms.store().remove(room.spec().id()));
    }

    ObjectNode exists(ObjectNode body) {
        var id = rooms.ids().required(body, "room");
        return id.putInto(RoomJson.object().put("videoroom", "success"), "room")
                .put("exists", rooms.directory().find(id) != null);
    }

    /// All rooms that are not private, or all where the administrator asks; `offset`, `limit` and
    /// `search` choose among them, which only this server knows.
    ObjectNode list(ObjectNode body) {
        var all = false;
        if (!rooms.adminKey().isEmpty() && body.has("admin_key")) {
            Fields.secret(body, "admin_key", rooms.adminKey());
            all = true;
        }
        var offset = Fields.number(body, "offset", 0);
        var limit = Fields.number(body, "limit", Integer.MAX_VALUE);
        var search = Fields.optionalText(body, "search");
        var wanted = search == null ? "" : search.toLowerCase(Locale.ROOT);
        var reply = RoomJson.object().put("videoroom", "success");
        var list = reply.putArray("list");
        var found = 0;
        for (var room : rooms.directory().all()) {
            var spec = room.spec();
            if ((spec.isPrivate() && !all)
                    || !spec.description().toLowerCase(Locale.ROOT).contains(wanted)) {
                continue;
            }
            if (found >= offset && list.size() < limit) {
                describe(list.addObject(), room);
            }
            found++;
        }
        if (list.size() < found) {
            reply.put("total", found);
        }
        return reply;
    }

    /// Switches the checking of tokens on or off, and changes which there are.
    ObjectNode allowed(ObjectNode body, Grant grant) {
        rooms.find(body);
        var spoken = Fields.text(body, "action");
        var action = spoken.toLowerCase(Locale.ROOT);
        var tokens = RoomSpecReader.tokens(body);
        var room = rooms.administered(body, grant);
        var present = room.spec().allowed();
        var changed = new LinkedHashSet<>(present == null ? room.restingTokens() : present);
        var checking = present != null;
        switch (action) {
            case "enable" -> checking = true;
            case "disable" -> checking = false;
            case "add" -> changed.addAll(tokens == null ? Set.of() : tokens);
            case "remove" -> changed.removeAll(tokens == null ? Set.of() : Set.copyOf(tokens));
            default ->
                    throw new PluginRefusal(
                            PluginError.invalid("Unsupported action '" + spoken + "' (allowed)"));
        }
        if (changed.size() > RoomSpecReader.MAX_TOKENS) {
            throw new PluginRefusal(PluginError.internal("Too many tokens"));
        }
        room.restingTokens(changed);
        var properties = RoomSpecWriter.write(room.spec());
        properties.remove("allowed");
        if (checking) {
            changed.forEach(properties.putArray("allowed")::add);
        }
        change(room, properties);
        var reply = RoomJson.about("success", room.spec());
        if (!action.equals("disable")) {
            changed.forEach(reply.putArray("allowed")::add);
        }
        return reply;
    }

    private RoomSpec change(ApiRoom room, ObjectNode properties) {
        var before = room.spec();
        var changed = RoomSpecReader.read(properties, before.id(), before.permanent());
        room.spec(changed);
        if (!changed.mediaSettings().equals(before.mediaSettings())) {
            rooms.media()
                    .tellSurely(
                            room.mediaLoop(),
                            new RoomCommand.Change(
                                    MediaCommand.NO_REQUEST,
                                    room.mediaId(),
                                    changed.mediaSettings()));
        }
        return changed;
    }

    private static void describe(ObjectNode json, ApiRoom room) {
        var spec = room.spec();
        spec.id()
                .putInto(json, "room")
                .put("description", spec.description())
                .put("pin_required", !spec.pin().isEmpty())
                .put("is_private", spec.isPrivate())
                .put("max_publishers", spec.publishers())
                .put("bitrate", spec.bitrate());
        putIf(json, "bitrate_cap", spec.bitrateCap());
        json.put("fir_freq", spec.firFreq())
                .put("require_pvtid", spec.requirePvtid())
                .put("require_e2ee", spec.requireE2ee())
                .put("dummy_publisher", spec.dummyPublisher())
                .put("notify_joining", spec.notifyJoining())
                .put("audiocodec", CodecNames.join(spec.audioCodecs()))
                .put("videocodec", CodecNames.join(spec.videoCodecs()));
        putIf(json, "opus_fec", spec.opusFec());
        putIf(json, "opus_dtx", spec.opusDtx());
        json.put("record", spec.record());
        if (!spec.recDir().isEmpty()) {
            json.put("rec_dir", spec.recDir());
        }
        json.put("lock_record", spec.lockRecord())
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

    private static void putIf(ObjectNode json, String name, boolean on) {
        if (on) {
            json.put(name, true);
        }
    }
}
