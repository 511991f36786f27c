// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import java.security.SecureRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A handle in the role of a participant, which may publish. Confined to the signalling loop.
final class Publisher {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final PluginError NO_ROOM = new PluginError(426, "No such room");

    private final VideoRooms rooms;
    private final Handle handle;
    private final ApiRoom room;
    private final Consumer<Publisher> whenJoined;
    private final Publishing publishing;
    private @Nullable Member member;
    private @Nullable LeaveReason left;

    /// @param whenJoined called when the handle has the role for good
    Publisher(VideoRooms rooms, Handle handle, ApiRoom room, Consumer<Publisher> whenJoined) {
        this.rooms = rooms;
        this.handle = handle;
        this.room = room;
        this.whenJoined = whenJoined;
        publishing = new Publishing(rooms, handle, room);
    }

    Handle handle() {
        return handle;
    }

    /// How long nothing authentic came from the client, in nanoseconds; the largest number where
    /// there is no connection.
    void silence(Consumer<Long> answer) {
        publishing.silence(answer);
    }

    void join(ObjectNode body, @Nullable Jsep jsep, Reply reply) {
        var display = Fields.optionalText(body, "display");
        var metadata = Fields.optionalObject(body, "metadata");
        var wanted = room.ids().optional(body, "id");
        for (var flag : new String[] {"audio", "video", "data", "record"}) {
            Fields.optionalFlag(body, flag);
        }
        Fields.optionalNumber(body, "bitrate");
        Fields.optionalText(body, "filename");
        var id = wanted == null || wanted.isUnset() ? unusedId() : wanted;
        var joining =
                new Member(id, this, Integer.toUnsignedLong(RANDOM.nextInt()), display, metadata);
        var descriptions = StreamTweaks.readDescriptions(joining, body);
        if (descriptions != null) {
            joining.descriptions().putAll(descriptions);
        }
        join(joining, body, jsep, reply, true);
    }

    void onRequest(String name, ObjectNode body, @Nullable Jsep jsep, Reply reply) {
        var present = member;
        if (name.equals("join") || name.equals("joinandconfigure")) {
            throw new PluginRefusal(
                    PluginError.alreadyJoined(
                            present == null
                                    ? "Not in a room (create a new handle)"
                                    : "Already in as a publisher on this handle"));
        }
        if (present == null) {
            throw new PluginRefusal(
                    left == LeaveReason.KICKED
                            ? new PluginError(433, "Unauthorized, you have been kicked")
                            : NO_ROOM);
        }
        switch (name) {
            case "publish", "configure" -> {
                if (name.equals("publish") && publishing.isConnected()) {
                    throw new PluginRefusal(PluginError.alreadyPublished());
                }
                configure(present, body, jsep, reply);
            }
            case "unpublish" -> unpublish(present, reply);
            case "leave" -> leave(present, reply);
            default ->
                    throw new PluginRefusal(
                            PluginError.invalidRequest(
                                    "Invalid request '" + name + "' for a publisher"));
        }
    }

    /// The participant is no longer in the room; what it had was taken from it.
    void onLeft(LeaveReason reason) {
        member = null;
        left = reason;
        publishing.onRoomLeft();
    }

    void hangUp() {
        publishing.close(PeerEnd.HANGUP_ASKED);
    }

    void onDetached() {
        var present = member;
        if (present != null) {
            leaveQuietly(present, LeaveReason.GONE);
        }
        publishing.close(PeerEnd.DETACHED);
    }

    private void join(
            Member joining, ObjectNode body, @Nullable Jsep jsep, Reply reply, boolean mayEvict) {
        if (room.member(joining.id()) != null) {
            onIdTaken(joining, body, jsep, reply, mayEvict);
            return;
        }
        rooms.media()
                .ask(
                        room.mediaLoop(),
                        request ->
                                new RoomCommand.Join(
                                        request, room.mediaId(), joining.participant()),
                        answer -> {
                            switch (answer) {
                                case RoomEvent.Joined _ -> onJoined(joining, body, jsep, reply);
                                case RoomEvent.Refused(_, _, _, var why)
                                        when why == Refusal.PARTICIPANT_EXISTS ->
                                        onIdTaken(joining, body, jsep, reply, mayEvict);
                                case RoomEvent.Refused(_, _, _, var why) ->
                                        reply.error(PluginError.of(why, room.spec()));
                                default -> reply.error(PluginError.internal("Unexpected answer"));
                            }
                        },
                        () -> reply.error(PluginError.overloaded()));
    }

    private void onIdTaken(
            Member joining, ObjectNode body, @Nullable Jsep jsep, Reply reply, boolean mayEvict) {
        var incumbent = room.member(joining.id());
        if (incumbent != null && incumbent.isLeaving()) {
            // What it still asked of the room must be done before the id has a new owner.
            incumbent.whenGone(() -> join(joining, body, jsep, reply, mayEvict));
            return;
        }
        if (!mayEvict || incumbent == null) {
            reply.error(PluginError.idExists(joining.id()));
            return;
        }
        new Ghosts(rooms, room)
                .settle(
                        incumbent,
                        () -> join(joining, body, jsep, reply, false),
                        () -> reply.error(PluginError.idExists(joining.id())));
    }

    private void onJoined(Member joined, ObjectNode body, @Nullable Jsep jsep, Reply reply) {
        if (!handle.isAlive()) {
            // The handle went while the room was asked: nobody may stay behind.
            leaveQuietly(joined, LeaveReason.GONE);
            return;
        }
        member = joined;
        whenJoined.accept(this);
        room.add(joined);
        if (jsep == null) {
            reply.event(joinedEvent(joined));
        } else {
            try {
                publishing.negotiate(
                        joined, body, jsep, () -> joinedEvent(joined), reply, () -> {});
            } catch (PluginRefusal refusal) {
                reply.error(refusal.error());
            }
        }
    }

    /// Who else is in the room at this moment. It has to go out at once: whoever comes or goes
    /// after it was made is told of by an event, and that must not overtake it.
    private ObjectNode joinedEvent(Member joined) {
        var event =
                joined.id()
                        .putInto(
                                RoomJson.about("joined", room.spec())
                                        .put("description", room.spec().description()),
                                "id")
                        .put("private_id", joined.privateId());
        var publishers = event.putArray("publishers");
        for (var other : room.members()) {
            if (other != joined && other.isPublishing()) {
                publishers.add(RoomJson.publisher(other, true));
            }
        }
        if (room.spec().audioLevelEvent()) {
            event.put("audio_active_packets", room.spec().audioActivePackets());
            event.put("audio_level_average", room.spec().audioLevelAverage());
        }
        if (room.spec().notifyJoining()) {
            var attendees = event.putArray("attendees");
            for (var other : room.members()) {
                if (other != joined && !other.isPublishing()) {
                    RoomJson.putIdentity(attendees.addObject(), other);
                }
            }
        }
        return event;
    }

    private void configure(Member present, ObjectNode body, @Nullable Jsep jsep, Reply reply) {
        var tweaks = StreamTweaks.read(present, body, jsep != null);
        Supplier<ObjectNode> event = () -> RoomJson.event(room.spec()).put("configured", "ok");
        if (jsep == null) {
            tweaks.apply(rooms.media(), room, present);
            reply.event(event.get());
        } else {
            publishing.negotiate(
                    present,
                    body,
                    jsep,
                    event,
                    reply,
                    () -> tweaks.apply(rooms.media(), room, present));
        }
    }

    private void unpublish(Member present, Reply reply) {
        rooms.media()
                .ask(
                        room.mediaLoop(),
                        request ->
                                new RoomCommand.Unpublish(
                                        request, room.mediaId(), present.participant()),
                        answer -> {
                            if (answer instanceof RoomEvent.Refused(_, _, _, var why)) {
                                reply.error(PluginError.of(why, room.spec()));
                            } else {
                                publishing.onUnpublished();
                                reply.event(RoomJson.event(room.spec()).put("unpublished", "ok"));
                            }
                        },
                        () -> reply.error(PluginError.overloaded()));
    }

    private void leave(Member present, Reply reply) {
        if (!present.beginLeaving()) {
            throw new PluginRefusal(NO_ROOM);
        }
        rooms.media()
                .ask(
                        room.mediaLoop(),
                        request ->
                                new RoomCommand.Leave(
                                        request,
                                        room.mediaId(),
                                        present.participant(),
                                        LeaveReason.LEFT),
                        _ -> reply.event(RoomJson.event(room.spec()).put("leaving", "ok")),
                        () -> {
                            present.stay();
                            reply.error(PluginError.overloaded());
                        });
    }

    private void leaveQuietly(Member present, LeaveReason reason) {
        if (!present.beginLeaving()) {
            return;
        }
        rooms.media()
                .tellSurely(
                        room.mediaLoop(),
                        new RoomCommand.Leave(
                                MediaCommand.NO_REQUEST,
                                room.mediaId(),
                                present.participant(),
                                reason));
    }

    private ApiId unusedId() {
        return room.ids().unused(id -> room.member(id) != null);
    }
}
