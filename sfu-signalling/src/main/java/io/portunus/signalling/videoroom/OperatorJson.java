// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// How operators are told of a participant's handle. Confined to the signalling loop.
final class OperatorJson {
    private OperatorJson() {}

    static ObjectNode publisher(ApiRoom room, Member member, Publishing publishing) {
        var spec = room.spec();
        var json = spec.id().putInto(RoomJson.object().put("type", "publisher"), "room");
        RoomJson.putIdentity(json, member);
        json.put("private_id", member.privateId()).put("bitrate", member.bitrate(spec));
        if (member.e2ee()) {
            json.put("e2ee", true);
        }
        var streams = json.putArray("streams");
        for (var stream : member.streams()) {
            var one = RoomJson.stream(member, stream, streams.addObject());
            hyphenate(one, "h264_profile", "h264-profile");
            hyphenate(one, "vp9_profile", "vp9-profile");
            if (member.delay(stream.mid()).isSet()) {
                member.delay(stream.mid()).putInto(one);
            }
            if (Member.isHeard(stream) && spec.audioLevelEvent()) {
                one.put("talking", member.isTalking());
            }
            one.put("subscribers", room.watching(member, stream.mid()));
        }
        return json.put("hangingup", publishing.isEnding() ? 1 : 0);
    }

    /// The admin API names these otherwise than the plugin.
    private static void hyphenate(ObjectNode json, String name, String otherwise) {
        var value = json.remove(name);
        if (value != null) {
            json.set(otherwise, value);
        }
    }
}
