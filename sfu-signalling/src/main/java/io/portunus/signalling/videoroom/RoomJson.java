// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.signalling.sdp.OfferedStream;
import java.util.Locale;

/// The shapes in which the API tells of rooms, participants and streams. Keys that have nothing to
/// say are left out, never null.
final class RoomJson {
    private RoomJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// `{"videoroom": kind, "room": id}`
    static ObjectNode about(String kind, RoomSpec room) {
        return room.id().putInto(object().put("videoroom", kind), "room");
    }

    /// `{"videoroom": "event", "room": id}`
    static ObjectNode event(RoomSpec room) {
        return about("event", room);
    }

    static void putIdentity(ObjectNode into, Member member) {
        member.id().putInto(into, "id");
        putNames(into, member);
    }

    static void putNames(ObjectNode into, Member member) {
        if (member.display() != null) {
            into.put("display", member.display());
        }
        if (member.metadata() != null) {
            into.set("metadata", member.metadata());
        }
    }

    /// A publisher as others see it.
    ///
    /// @param withTalking whether who talks is told too, which only `joined` does, and where the
    ///   room listens for that
    static ObjectNode publisher(Member member, boolean withTalking) {
        var json = object();
        putIdentity(json, member);
        putIf(json, "dummy", member.isDummy());
        putCodecs(json, member);
        var streams = json.putArray("streams");
        for (var stream : member.streams()) {
            var one = stream(member, stream, streams.addObject());
            if (withTalking && Member.isHeard(stream)) {
                one.put("talking", member.isTalking());
            }
        }
        if (withTalking && member.isHeard()) {
            json.put("talking", member.isTalking());
        }
        return json;
    }

    /// The codecs of the first usable audio and video stream, as older clients want them.
    static void putCodecs(ObjectNode into, Member member) {
        for (var kind : MediaKind.values()) {
            for (var stream : member.streams()) {
                var codec = stream.codec();
                if (stream.kind() == kind && !stream.disabled() && codec != null) {
                    into.put(name(kind) + "_codec", codec.apiName());
                    break;
                }
            }
        }
    }

    /// A publisher's own streams, in the result of its negotiation.
    static ArrayNode ownStreams(Member member) {
        var all = JsonNodeFactory.instance.arrayNode();
        for (var stream : member.streams()) {
            var json = stream(member, stream, all.addObject());
            putExtension(json, stream, "audiolevel_ext_id", ExtensionKind.AUDIO_LEVEL);
            putExtension(json, stream, "videoorient_ext_id", ExtensionKind.VIDEO_ORIENTATION);
            putExtension(json, stream, "playoutdelay_ext_id", ExtensionKind.PLAYOUT_DELAY);
        }
        return all;
    }

    /// Who else is in the room at this moment. It has to go out at once: whoever comes or goes
    /// after it was made is told of by an event, and that must not overtake it.
    static ObjectNode joined(ApiRoom room, Member joined) {
        var event =
                joined.id()
                        .putInto(
                                about("joined", room.spec())
                                        .put("description", room.spec().description()),
                                "id")
                        .put("private_id", joined.privateId());
        var publishers = event.putArray("publishers");
        for (var other : room.members()) {
            if (other != joined && other.isPublishing()) {
                publishers.add(publisher(other, room.spec().audioLevelEvent()));
            }
        }
        if (room.spec().audioLevelEvent()) {
            event.put(
                    "audio_active_packets",
                    joined.activePackets() == 0
                            ? room.spec().audioActivePackets()
                            : joined.activePackets());
            event.put(
                    "audio_level_average",
                    joined.averageLevel() == 0
                            ? room.spec().audioLevelAverage()
                            : joined.averageLevel());
        }
        if (room.spec().notifyJoining()) {
            var attendees = event.putArray("attendees");
            for (var other : room.members()) {
                if (other != joined && !other.isPublishing()) {
                    putIdentity(attendees.addObject(), other);
                }
            }
        }
        return event;
    }

    static String name(MediaKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    static ObjectNode stream(Member member, OfferedStream stream, ObjectNode json) {
        json.put("type", name(stream.kind()));
        json.put("mindex", stream.index());
        json.put("mid", stream.mid());
        var codec = stream.codec();
        if (stream.disabled() || codec == null) {
            json.put("disabled", true);
            return json;
        }
        var description = member.descriptions().get(stream.mid());
        if (description != null) {
            json.put("description", description);
        }
        json.put("codec", codec.apiName());
        putIf(json, "stereo", stream.stereo());
        putIf(json, "fec", stream.fec());
        putIf(json, "dtx", stream.dtx());
        if (!stream.h264Profile().isEmpty()) {
            json.put("h264_profile", stream.h264Profile());
        }
        if (!stream.vp9Profile().isEmpty()) {
            json.put("vp9_profile", stream.vp9Profile());
        }
        putIf(json, "moderated", member.moderated().contains(stream.mid()));
        return json;
    }

    private static void putIf(ObjectNode json, String name, boolean on) {
        if (on) {
            json.put(name, true);
        }
    }

    private static void putExtension(
            ObjectNode json, OfferedStream stream, String name, ExtensionKind kind) {
        if (!stream.disabled() && stream.extensions().has(kind)) {
            json.put(name, stream.extensions().idOf(kind));
        }
    }
}
