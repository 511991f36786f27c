// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.signalling.janus.Connection;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A handle in the role of a subscriber: we offer, the client answers, over one connection whatever
/// the number of streams. When that has ended the handle may be filled again, over a new one.
/// Confined to the signalling loop.
final class Subscriber {
    private final VideoRooms rooms;
    private final Handle handle;
    private final ApiRoom room;
    private final SubscriberJoin join;
    private SubscriberConnection connection;
    private boolean kicked;
    private boolean left;

    Subscriber(VideoRooms rooms, Handle handle, ApiRoom room, SubscriberJoin join) {
        this.rooms = rooms;
        this.handle = handle;
        this.room = room;
        this.join = join;
        connection = newConnection(rooms.media().loopForSubscriber(room.mediaLoop()));
    }

    Handle handle() {
        return handle;
    }

    /// @param whenJoined called when the handle has the role
    /// @param whenRefused called when it has it no more, since nothing came of the join
    void join(Reply reply, Runnable whenJoined, Runnable whenRefused) {
        var opening = connection;
        opening.open(
                join.wanted(),
                () -> {
                    room.add(opening.link().id(), this);
                    whenJoined.run();
                },
                () -> {
                    tellSubscribing(opening);
                    reply.event(attached(), opening.offers().take());
                },
                error -> {
                    left = true;
                    whenRefused.run();
                    reply.error(error);
                });
    }

    /// Whoever quoted this private id has been kicked: what it watches stops too, where the room
    /// ties the two together.
    void onKicked(long id) {
        var quoted = join.privateId();
        if (room.spec().requirePvtid() && quoted != null && quoted == id) {
            kicked = true;
            connection.playback().silence();
        }
    }

    /// A publisher has changed how long what it sends on `mid` is to be held back.
    void onDelay(Member from, String mid) {
        connection.tweaks().onDelay(from, mid);
    }

    void onRequest(String name, ObjectNode body, @Nullable Jsep jsep, Reply reply) {
        if (kicked && !name.equals("leave")) {
            throw new PluginRefusal(PluginError.kicked());
        }
        switch (name) {
            case "join", "joinandconfigure" ->
                    throw new PluginRefusal(
                            PluginError.alreadyJoined("Already in as a subscriber on this handle"));
            case "start" -> {
                needsConnection();
                if (jsep == null) {
                    connection.playback().resume(reply);
                } else {
                    connection.playback().start(jsep, reply);
                }
            }
            case "subscribe", "unsubscribe", "update" -> change(name, body, reply);
            case "switch" -> {
                needsConnection();
                connection.requests().switchTo(body, reply);
            }
            case "configure" -> configure(body, reply);
            case "pause" -> {
                needsConnection();
                connection.playback().pause(reply);
            }
            case "leave" -> leave(reply);
            default ->
                    throw new PluginRefusal(
                            PluginError.invalidRequest(
                                    "Invalid request '" + name + "' for a subscriber"));
        }
    }

    /// What fed these sections is no longer published.
    void onFeedGone(List<Integer> slots) {
        for (var slot : slots) {
            connection.changes().starve(slot);
        }
        if (join.autoUpdate()) {
            connection.offers().want();
            connection.offers().sendIfDue();
        } else {
            connection.offers().changedUntold();
        }
    }

    /// A request of the handle has been answered: an offer that had to wait may go out.
    void onIdle() {
        connection.offers().sendIfDue();
    }

    void hangUp(PeerEnd why) {
        connection.link().close(why);
    }

    ObjectNode describe() {
        var json = room.spec().id().putInto(RoomJson.object().put("type", "subscriber"), "room");
        if (join.privateId() != null) {
            json.put("private_id", join.privateId());
        }
        connection.offers().describe(json);
        if (connection.streams().e2ee()) {
            json.put("e2ee", true);
        }
        json.put("paused", connection.playback().isPaused())
                .set("streams", connection.streams().json());
        return json.put("hangingup", connection.isEnding() ? 1 : 0);
    }

    boolean watches(ApiId feed, String mid) {
        return !connection.streams().fedBy(feed, mid).isEmpty();
    }

    Connection connection() {
        return connection.link();
    }

    void onDetached() {
        room.removeSubscriber(connection.link().id());
        connection.link().close(PeerEnd.DETACHED);
    }

    private SubscriberConnection newConnection(int loop) {
        var made = new SubscriberConnection(rooms, handle, room, loop, join.useMsid());
        made.link().whenSlow(this::onSlowLink);
        return made;
    }

    private void change(String name, ObjectNode body, Reply reply) {
        needsRoom();
        var change = SubscriptionRequests.Change.read(room, name, body);
        if (connection.isEnding()) {
            connectAgain(change.wanted(), reply);
        } else {
            connection.requests().update(change, reply);
        }
    }

    /// Nothing is left of what was received before.
    private void connectAgain(List<Wanted> wanted, Reply reply) {
        if (wanted.isEmpty()) {
            reply.event(RoomJson.about("updated", room.spec()));
            return;
        }
        Wanted.checkEncryption(wanted, Wanted.areEncrypted(room, wanted));
        room.removeSubscriber(connection.link().id());
        // On the loop of the one before, whose end is told first.
        var opening = newConnection(connection.link().mediaLoop());
        connection = opening;
        opening.open(
                wanted,
                () -> room.add(opening.link().id(), this),
                () -> {
                    tellSubscribing(opening);
                    opening.offers().updated(true, reply);
                },
                reply::error);
    }

    private void configure(ObjectNode body, Reply reply) {
        needsConnection();
        var wish = connection.tweaks().read(body);
        var restart = Fields.flag(body, "restart", false);
        var renew = Fields.flag(body, "update", false);
        connection.tweaks().apply(wish);
        var configured = RoomJson.event(room.spec()).put("configured", "ok");
        if (restart || renew) {
            connection.offers().renew(restart, configured, reply);
        } else {
            reply.event(configured);
        }
    }

    private void leave(Reply reply) {
        left = true;
        room.removeSubscriber(connection.link().id());
        reply.event(RoomJson.event(room.spec()).put("left", "ok"));
        connection.link().close(PeerEnd.CLOSED_BY_PLUGIN);
    }

    private ObjectNode attached() {
        var event = RoomJson.about("attached", room.spec());
        if (join.legacy()) {
            RoomJson.putIdentity(event, join.wanted().getFirst().from());
            event.put("warning", "deprecated_api");
        }
        event.set("streams", connection.streams().json());
        return event;
    }

    private void tellSubscribing(SubscriberConnection opened) {
        RoomMonitor.subscribing(handle, room.spec(), join.privateId(), opened.streams());
    }

    /// What goes to the client gets lost on the way.
    private void onSlowLink(PeerEvent.SlowLink slow) {
        if (slow.uplink()) {
            handle.push(null, RoomJson.object().put("videoroom", "slow_link"), null);
        }
    }

    private void needsRoom() {
        if (left || room.end() != null) {
            throw new PluginRefusal(PluginError.noSuchRoom(room.spec().id()));
        }
    }

    private void needsConnection() {
        needsRoom();
        if (connection.isEnding()) {
            throw new PluginRefusal(PluginError.noSuch("No such stream (nothing is received)"));
        }
    }
}
