// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.events.HandleMonitor;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.janus.Handle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the plugin tells operators of rooms, participants and subscribers. Confined to the
/// signalling loop.
final class RoomMonitor {
    static final String PLUGIN = "janus.plugin.videoroom";

    private RoomMonitor() {}

    /// @param what `created`, `edited` or `destroyed`
    static void room(Monitor monitor, String what, RoomSpec room) {
        monitor.plugin(PLUGIN, () -> event(what, room));
    }

    static void joined(RoomSpec room, Member member) {
        tell(
                member,
                () -> {
                    var event = member.id().putInto(event("joined", room), "id");
                    event.put("private_id", member.privateId());
                    RoomJson.putNames(event, member);
                    return event;
                });
    }

    /// @param bitrate the cap that counts from now on; null where nothing was said of it
    static void configured(RoomSpec room, Member member, @Nullable Integer bitrate) {
        tell(
                member,
                () -> {
                    var event = member.id().putInto(event("configured", room), "id");
                    RoomJson.putNames(event, member);
                    return bitrate == null ? event : event.put("bitrate", bitrate);
                });
    }

    /// @param what `published` or `updated`
    static void streams(String what, RoomSpec room, Member member) {
        tell(
                member,
                () -> {
                    var event = member.id().putInto(event(what, room), "id");
                    RoomJson.putNames(event, member);
                    return event.set("streams", RoomJson.ownStreams(member));
                });
    }

    /// @param what `unpublished`, `leaving` or `kicked`
    static void gone(String what, RoomSpec room, Member member) {
        tell(
                member,
                () -> {
                    var event = member.id().putInto(event(what, room), "id");
                    if (member.display() != null) {
                        event.put("display", member.display());
                    }
                    return event;
                });
    }

    /// @param told what the participants are told of it
    static void talking(Member member, ObjectNode told) {
        tell(member, told::deepCopy);
    }

    static void subscribing(
            Handle handle, RoomSpec room, @Nullable Long privateId, SubscriberStreams streams) {
        tell(
                handle,
                () -> {
                    var event = event("subscribing", room);
                    if (privateId != null) {
                        event.put("private_id", privateId);
                    }
                    return event.set("streams", streams.json());
                });
    }

    /// @param what `subscribed` or `updated`
    static void streams(String what, Handle handle, RoomSpec room, SubscriberStreams streams) {
        tell(handle, () -> event(what, room).set("streams", streams.json()));
    }

    static void switched(Handle handle, RoomSpec room, int changes, SubscriberStreams streams) {
        tell(
                handle,
                () ->
                        event("switched", room)
                                .put("changes", changes)
                                .set("streams", streams.json()));
    }

    static void unsubscribed(Handle handle, RoomSpec room, ApiId feed, String mid) {
        tell(handle, () -> feed.putInto(event("unsubscribed", room), "feed").put("mid", mid));
    }

    private static void tell(Member member, Supplier<ObjectNode> data) {
        tell(member.handle(), data);
    }

    private static void tell(Handle handle, Supplier<ObjectNode> data) {
        HandleMonitor monitor = handle.monitor();
        monitor.plugin(PLUGIN, data);
    }

    private static ObjectNode event(String what, RoomSpec room) {
        return room.id().putInto(RoomJson.object().put("event", what), "room");
    }
}
