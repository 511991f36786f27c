// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.signalling.janus.Connection;
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
        publishing = new Publishing(rooms, handle, room, this::whyGone);
    }

    Handle handle() {
        return handle;
    }

    /// How long nothing authentic came from the client, in nanoseconds; the largest number where
    /// there is no connection.
    void silence(Consumer<Long> answer) {
        publishing.silence(answer);
    }

    /// Joins, and publishes at once where an offer comes along; what can be checked is checked
    /// before anything is done.
    void join(ObjectNode body, @Nullable Jsep jsep, Reply reply) {
        var display = Fields.optionalText(body, "display");
        var metadata = Fields.optionalObject(body, "metadata");
        var wanted = room.ids().optional(body, "id");
        Fields.optionalFlag(body, "data");
        var id = wanted == null || wanted.isUnset() ? unusedId() : wanted;
        var member =
                new Member(id, this, Integer.toUnsignedLong(RANDOM.nextInt()), display, metadata);
        var tweaks = StreamTweaks.read(member, body, true);
        tweaks.keep(room, member);
        var offer = jsep == null ? null : publishing.read(body, jsep);
        join(new Joining(member, tweaks, offer, reply), true);
    }

    /// A join that is under way.
    private record Joining(
            Member member, StreamTweaks tweaks, Publishing.@Nullable Offer offer, Reply reply) {}

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
            throw new PluginRefusal(whyGone());
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

    private PluginError whyGone() {
        return left == LeaveReason.KICKED ? PluginError.kicked() : NO_ROOM;
    }

    /// The participant is no longer in the room; what it had was taken from it.
    void onLeft(LeaveReason reason) {
        member = null;
        left = reason;
        publishing.onRoomLeft();
    }

    void hangUp(PeerEnd why) {
        publishing.close(why);
    }

    ObjectNode describe() {
        var present = member;
        return present == null
                ? RoomJson.object().put("hangingup", publishing.isEnding() ? 1 : 0)
                : OperatorJson.publisher(room, present, publishing);
    }

    @Nullable Connection connection() {
        return publishing.connection();
    }

    void onDetached() {
        var present = member;
        if (present != null) {
            leaveQuietly(present, LeaveReason.GONE);
        }
        publishing.close(PeerEnd.DETACHED);
    }

    private void join(Joining joining, boolean mayEvict) {
        var reply = joining.reply();
        if (room.member(joining.member().id()) != null) {
            onIdTaken(joining, mayEvict);
            return;
        }
        rooms.media()
                .ask(
                        room.mediaLoop(),
                        request ->
                                new RoomCommand.Join(
                                        request, room.mediaId(), joining.member().participant()),
                        answer -> {
                            var error = PluginError.in(answer, room.spec());
                            if (answer instanceof RoomEvent.Refused(_, _, _, var why)
                                    && why == Refusal.PARTICIPANT_EXISTS) {
                                onIdTaken(joining, mayEvict);
                            } else if (error != null) {
                                reply.error(error);
                            } else {
                                onJoined(joining);
                            }
                        },
                        () -> reply.error(PluginError.overloaded()));
    }

    private void onIdTaken(Joining joining, boolean mayEvict) {
        var id = joining.member().id();
        var incumbent = room.member(id);
        if (incumbent != null && incumbent.isLeaving()) {
            // What it still asked of the room must be done before the id has a new owner.
            incumbent.whenGone(() -> join(joining, mayEvict));
            return;
        }
        if (!mayEvict || incumbent == null) {
            joining.reply().error(PluginError.idExists(id));
            return;
        }
        new Ghosts(rooms, room)
                .settle(
                        incumbent,
                        () -> join(joining, false),
                        () -> joining.reply().error(PluginError.idExists(id)));
    }

    private void onJoined(Joining joining) {
        var joined = joining.member();
        if (!handle.isAlive()) {
            // The handle went while the room was asked: nobody may stay behind.
            leaveQuietly(joined, LeaveReason.GONE);
            return;
        }
        member = joined;
        whenJoined.accept(this);
        room.add(joined);
        var offer = joining.offer();
        if (offer == null) {
            publishing.keep(joining.tweaks());
            joining.reply().event(RoomJson.joined(room, joined));
            return;
        }
        try {
            publishing.negotiate(
                    joined,
                    offer,
                    () -> RoomJson.joined(room, joined),
                    joining.reply(),
                    joining.tweaks());
        } catch (PluginRefusal refusal) {
            joining.reply().error(refusal.error());
        }
    }

    private void configure(Member present, ObjectNode body, @Nullable Jsep jsep, Reply reply) {
        var tweaks = StreamTweaks.read(present, body, jsep != null);
        Supplier<ObjectNode> event = () -> RoomJson.event(room.spec()).put("configured", "ok");
        if (jsep == null) {
            publishing.apply(tweaks, present);
            reply.event(event.get());
        } else {
            publishing.negotiate(present, publishing.read(body, jsep), event, reply, tweaks);
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
                            var error = PluginError.in(answer, room.spec());
                            if (error != null) {
                                reply.error(error);
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
                        answer -> {
                            var error = PluginError.in(answer, room.spec());
                            if (error != null) {
                                reply.error(error);
                            } else {
                                reply.event(RoomJson.event(room.spec()).put("leaving", "ok"));
                            }
                        },
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
