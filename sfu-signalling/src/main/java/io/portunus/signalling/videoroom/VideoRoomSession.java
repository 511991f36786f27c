// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.auth.Grant;
import io.portunus.signalling.auth.RoomRole;
import io.portunus.signalling.auth.Secrets;
import io.portunus.signalling.janus.Connection;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.janus.PluginSession;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One handle: its requests one after the other, and the role that its first `join` gave it.
/// Confined to the signalling loop.
final class VideoRoomSession implements PluginSession {
    private static final Logger LOG = LoggerFactory.getLogger(VideoRoomSession.class);

    /// The most requests that wait for the one before them.
    private static final int MAX_WAITING = 64;

    private static final Set<String> ASYNCHRONOUS =
            Set.of(
                    "join",
                    "joinandconfigure",
                    "publish",
                    "configure",
                    "unpublish",
                    "leave",
                    "start",
                    "pause",
                    "switch",
                    "subscribe",
                    "unsubscribe",
                    "update");

    private final VideoRooms rooms;
    private final DirectRequests direct;
    private final Handle handle;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean busy;
    private @Nullable Publisher publisher;
    private @Nullable Subscriber subscriber;

    VideoRoomSession(VideoRooms rooms, DirectRequests direct, Handle handle) {
        this.rooms = rooms;
        this.direct = direct;
        this.handle = handle;
    }

    @Override
    public Result onMessage(String transaction, ObjectNode body, @Nullable Jsep jsep) {
        try {
            var name = Fields.text(body, "request");
            var request = name.toLowerCase(Locale.ROOT);
            if (!ASYNCHRONOUS.contains(request)) {
                return new Result.Done(direct.handle(request, name, body, handle.grant()));
            }
            if (waiting.size() >= MAX_WAITING) {
                return new Result.Done(PluginError.internal("Too many requests at once").json());
            }
            waiting.add(new Waiting(transaction, request, body, jsep, handle.grant()));
            next();
            return new Result.Accepted();
        } catch (PluginRefusal refusal) {
            return new Result.Done(refusal.error().json());
        }
    }

    @Override
    public void onHangupAsked(PeerEnd why) {
        if (publisher != null) {
            publisher.hangUp(why);
        }
        if (subscriber != null) {
            subscriber.hangUp(why);
        }
    }

    @Override
    public ObjectNode describe() {
        var json = RoomJson.object();
        if (publisher != null) {
            json = publisher.describe();
        } else if (subscriber != null) {
            json = subscriber.describe();
        }
        return json.put("destroyed", handle.isAlive() ? 0 : 1);
    }

    @Override
    public @Nullable Connection connection() {
        if (subscriber != null) {
            return subscriber.connection();
        }
        return publisher == null ? null : publisher.connection();
    }

    @Override
    public void onDetached() {
        waiting.clear();
        if (publisher != null) {
            publisher.onDetached();
        }
        if (subscriber != null) {
            subscriber.onDetached();
        }
    }

    private void next() {
        while (!busy && !waiting.isEmpty()) {
            busy = true;
            var request = waiting.remove();
            var reply = new Reply(handle, request.transaction(), this::onReplied);
            try {
                dispatch(request, reply);
            } catch (PluginRefusal refusal) {
                reply.error(refusal.error());
            } catch (RuntimeException fault) {
                LOG.error(
                        "session {}: a '{}' request on handle {} failed",
                        handle.sessionId(),
                        request.name(),
                        handle.id(),
                        fault);
                reply.error(PluginError.internal("Internal error"));
            }
        }
    }

    private void onReplied() {
        busy = false;
        if (subscriber != null) {
            subscriber.onIdle();
        }
        // Not from within the request that has just been answered: its caller may not be done.
        if (!waiting.isEmpty()) {
            rooms.loop().execute(this::next);
        }
    }

    private void dispatch(Waiting request, Reply reply) {
        if (publisher != null) {
            publisher.onRequest(request.name(), request.body(), request.jsep(), reply);
        } else if (subscriber != null) {
            subscriber.onRequest(request.name(), request.body(), request.jsep(), reply);
        } else {
            join(request, reply);
        }
    }

    private void join(Waiting request, Reply reply) {
        var joins = request.name().equals("join") || request.name().equals("joinandconfigure");
        if (!joins) {
            throw new PluginRefusal(PluginError.joinFirst());
        }
        var body = request.body();
        rooms.ids().required(body, "room");
        var type = Fields.text(body, "ptype");
        var pin = Fields.optionalText(body, "pin");
        var token = Fields.optionalText(body, "token");
        var room = rooms.find(body);
        var role = type.equalsIgnoreCase("publisher") ? RoomRole.PUBLISH : RoomRole.SUBSCRIBE;
        checkGrant(request.grant(), room.spec(), role, token);
        if (!room.spec().pin().isEmpty()) {
            if (pin == null) {
                throw new PluginRefusal(PluginError.missing("pin"));
            }
            Fields.secret(body, "pin", room.spec().pin());
        }
        switch (type.toLowerCase(Locale.ROOT)) {
            case "publisher" -> {
                checkToken(room.spec(), token);
                var joining = new Publisher(rooms, handle, room, left -> publisher = left);
                joining.join(body, request.jsep(), reply);
            }
            case "subscriber" -> {
                if (room.spec().checkSubscribers()) {
                    checkToken(room.spec(), token);
                }
                var wish = SubscriberJoin.read(room, body, request.jsep());
                var joining = new Subscriber(rooms, handle, room, wish);
                joining.join(reply, () -> subscriber = joining, () -> subscriber = null);
            }
            default -> throw new PluginRefusal(PluginError.invalid("Invalid element (ptype)"));
        }
    }

    /// What the request itself was allowed, and what the room asks of its own.
    private void checkGrant(Grant grant, RoomSpec room, RoomRole role, @Nullable String token) {
        var id = room.id().toString();
        if (!grant.allows(role, id)) {
            throw new PluginRefusal(PluginError.unauthorized("the token is not for this"));
        }
        if (room.signedTokens() && (token == null || !handle.admits(token, role, id))) {
            throw new PluginRefusal(PluginError.unauthorized("wrong token"));
        }
    }

    private static void checkToken(RoomSpec room, @Nullable String token) {
        var allowed = room.allowed();
        if (allowed != null
                && (token == null
                        || allowed.stream().noneMatch(one -> Secrets.equal(token, one)))) {
            throw new PluginRefusal(PluginError.unauthorized("not in the allowed list"));
        }
    }

    /// @param grant what it may do, as it was when it came
    private record Waiting(
            String transaction, String name, ObjectNode body, @Nullable Jsep jsep, Grant grant) {}
}
