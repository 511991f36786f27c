// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.janus.Connection;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.SdpParser;
import io.portunus.signalling.sdp.SubscriberNegotiation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A handle in the role of a subscriber: we offer, the client answers, over one connection whatever
/// the number of streams. Confined to the signalling loop.
final class Subscriber {
    private final VideoRooms rooms;
    private final Handle handle;
    private final ApiRoom room;
    private final PeerLink link;
    private final SubscriberStreams streams = new SubscriberStreams();
    private final SubscriberNegotiation negotiation;
    private final SectionTweaks tweaks;
    private final SubscriptionChanges changes;
    private final SubscriberOffers offers;
    private @Nullable Long privateId;
    private boolean autoUpdate = true;
    private boolean paused;
    private boolean kicked;
    private boolean left;

    Subscriber(VideoRooms rooms, Handle handle, ApiRoom room) {
        this.rooms = rooms;
        this.handle = handle;
        this.room = room;
        link =
                new PeerLink(
                        rooms.media(), handle, room.mediaLoop(), room.mediaId(), this::onClosed);
        link.whenSlow(this::onSlowLink);
        negotiation = new SubscriberNegotiation(room.spec().sessionName(), System.nanoTime() >>> 1);
        tweaks = new SectionTweaks(rooms, room, link, streams);
        changes = new SubscriptionChanges(rooms, room, link, streams, negotiation, tweaks);
        offers = new SubscriberOffers(handle, room, link, streams, negotiation, changes);
    }

    Handle handle() {
        return handle;
    }

    /// @param whenJoined called when the handle has the role
    /// @param whenRefused called when it has it no more, since nothing came of the join
    void join(
            ObjectNode body,
            @Nullable Jsep jsep,
            Reply reply,
            Runnable whenJoined,
            Runnable whenRefused) {
        if (jsep != null) {
            throw new PluginRefusal(
                    PluginError.invalidRequest("Can't send an offer to create subscribers"));
        }
        privateId = Fields.optionalId(body, "private_id");
        changes.useMsid(Fields.flag(body, "use_msid", false));
        autoUpdate = Fields.flag(body, "autoupdate", true);
        Wanted.checkLayers(body);
        for (var flag :
                new String[] {
                    "audio", "video", "data", "offer_audio", "offer_video", "offer_data"
                }) {
            Fields.optionalFlag(body, flag);
        }
        var items = Fields.optionalObjects(body, "streams");
        var legacy = items == null || items.isEmpty();
        if (legacy && !body.has("feed")) {
            throw new PluginRefusal(
                    new PluginError(
                            429, "At least one between 'streams' and 'feed' must be specified"));
        }
        checkPrivateId(privateId);
        var wanted = items == null || legacy ? Wanted.legacy(room, body) : Wanted.find(room, items);
        if (wanted.isEmpty()) {
            throw new PluginRefusal(PluginError.invalidSdp("Can't offer an SDP with no stream"));
        }
        streams.e2ee(Wanted.areEncrypted(room, wanted));
        Wanted.checkEncryption(wanted, streams.e2ee());
        link.open(
                () -> {
                    if (!handle.isAlive()) {
                        link.close(PeerEnd.DETACHED);
                        return;
                    }
                    room.add(link.id(), this);
                    whenJoined.run();
                    changes.subscribe(
                            wanted,
                            () -> {
                                RoomMonitor.subscribing(handle, room.spec(), privateId, streams);
                                reply.event(attached(legacy, wanted.getFirst()), offers.take());
                            },
                            error -> {
                                left = true;
                                room.removeSubscriber(link.id());
                                link.discard();
                                whenRefused.run();
                                reply.error(error);
                            });
                },
                why -> reply.error(PluginError.of(why, room.spec())));
    }

    /// Whoever quoted this private id has been kicked: what it watches stops too, where the room
    /// ties the two together.
    void onKicked(long id) {
        if (room.spec().requirePvtid() && privateId != null && privateId == id) {
            kicked = true;
            rooms.media()
                    .tell(
                            room.mediaLoop(),
                            new RoomCommand.Pause(
                                    MediaCommand.NO_REQUEST, room.mediaId(), link.id(), true));
        }
    }

    /// A publisher has changed how long what it sends on `mid` is to be held back.
    void onDelay(Member from, String mid) {
        tweaks.onDelay(from, mid);
    }

    void onRequest(String name, ObjectNode body, @Nullable Jsep jsep, Reply reply) {
        if (kicked && !name.equals("leave")) {
            throw new PluginRefusal(PluginError.kicked());
        }
        switch (name) {
            case "join", "joinandconfigure" ->
                    throw new PluginRefusal(
                            PluginError.alreadyJoined("Already in as a subscriber on this handle"));
            case "start" -> start(jsep, reply);
            case "subscribe" ->
                    update(
                            Wanted.find(room, items(body, "streams", "subscription")),
                            List.of(),
                            reply);
            case "unsubscribe" ->
                    update(List.of(), items(body, "streams", "unsubscription"), reply);
            case "update" -> update(body, reply);
            case "configure" -> configure(body, reply);
            case "switch" -> switchTo(body, reply);
            case "pause" -> pause(true, "paused", reply);
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
            changes.starve(slot);
        }
        if (autoUpdate) {
            offers.want();
            offers.sendIfDue();
        } else {
            offers.changedUntold();
        }
    }

    /// A request of the handle has been answered: an offer that had to wait may go out.
    void onIdle() {
        offers.sendIfDue();
    }

    void hangUp(PeerEnd why) {
        link.close(why);
    }

    ObjectNode describe() {
        var json = room.spec().id().putInto(RoomJson.object().put("type", "subscriber"), "room");
        if (privateId != null) {
            json.put("private_id", privateId);
        }
        offers.describe(json);
        if (streams.e2ee()) {
            json.put("e2ee", true);
        }
        json.put("paused", paused).set("streams", streams.json());
        return json.put("hangingup", link.isEnding() ? 1 : 0);
    }

    boolean watches(ApiId feed, String mid) {
        return !streams.fedBy(feed, mid).isEmpty();
    }

    Connection connection() {
        return link;
    }

    void onDetached() {
        room.removeSubscriber(link.id());
        link.close(PeerEnd.DETACHED);
    }

    private void start(@Nullable Jsep jsep, Reply reply) {
        if (jsep == null) {
            pause(false, "started", reply);
            return;
        }
        if (jsep.isOffer()) {
            throw new PluginRefusal(PluginError.invalidSdpType("Only publishers send offers"));
        }
        var answer =
                switch (SdpParser.parse(jsep.sdp())) {
                    case SdpParser.Outcome.Parsed(var description) -> description;
                    case SdpParser.Outcome.Refused(var reason) ->
                            throw new PluginRefusal(
                                    PluginError.invalidSdp("Error parsing answer: " + reason));
                };
        switch (negotiation.answered(answer)) {
            case SubscriberNegotiation.Outcome.Refused(var reason) ->
                    throw new PluginRefusal(PluginError.invalidSdp(reason));
            case SubscriberNegotiation.Outcome.Accepted(var plan, var remote, var ready) -> {
                offers.onAnswered();
                link.accept(remote);
                ask(
                        request -> new RoomCommand.Plan(request, room.mediaId(), link.id(), plan),
                        error -> {
                            negotiation.answerAgain();
                            reply.error(error);
                        },
                        () -> {
                            resume();
                            streams.ready(ready);
                            RoomMonitor.streams("subscribed", handle, room.spec(), streams);
                            reply.event(RoomJson.event(room.spec()).put("started", "ok"));
                        });
            }
        }
    }

    private void update(ObjectNode body, Reply reply) {
        var subscribe = Fields.optionalObjects(body, "subscribe");
        var unsubscribe = Fields.optionalObjects(body, "unsubscribe");
        if (subscribe == null && unsubscribe == null) {
            throw new PluginRefusal(
                    new PluginError(
                            429,
                            "At least one of either 'subscribe' or 'unsubscribe' must be present"));
        }
        if (subscribe != null && subscribe.isEmpty()) {
            throw new PluginRefusal(PluginError.invalid("Empty subscription list"));
        }
        if (unsubscribe != null && unsubscribe.isEmpty()) {
            throw new PluginRefusal(PluginError.invalid("Empty unsubscription list"));
        }
        update(
                subscribe == null ? List.of() : Wanted.find(room, subscribe),
                unsubscribe == null ? List.of() : unsubscribe,
                reply);
    }

    private void update(List<Wanted> wanted, List<ObjectNode> unwanted, Reply reply) {
        needsConnection();
        Wanted.checkEncryption(wanted, streams.e2ee());
        var slots = changes.slotsOf(unwanted);
        var dropped = new ArrayList<Runnable>();
        streams.sources(slots, (from, mid) -> dropped.add(unsubscribed(from, mid)));
        changes.unsubscribe(
                slots,
                () -> {
                    dropped.forEach(Runnable::run);
                    changes.subscribe(
                            wanted,
                            () -> offers.updated(!slots.isEmpty() || !wanted.isEmpty(), reply),
                            error -> {
                                if (!slots.isEmpty()) {
                                    offers.want();
                                }
                                reply.error(error);
                            });
                },
                reply::error);
    }

    private Runnable unsubscribed(Member from, String mid) {
        return () -> RoomMonitor.unsubscribed(handle, room.spec(), from.id(), mid);
    }

    private void configure(ObjectNode body, Reply reply) {
        needsConnection();
        var wish = tweaks.read(body);
        var restart = Fields.flag(body, "restart", false);
        var renew = Fields.flag(body, "update", false);
        tweaks.apply(wish);
        var configured = RoomJson.event(room.spec()).put("configured", "ok");
        if (restart || renew) {
            offers.renew(restart, configured, reply);
        } else {
            reply.event(configured);
        }
    }

    private void switchTo(ObjectNode body, Reply reply) {
        needsConnection();
        changes.switchTo(
                body,
                (changed, revived) -> {
                    var event =
                            room.spec()
                                    .id()
                                    .putInto(
                                            RoomJson.object()
                                                    .put("videoroom", "event")
                                                    .put("switched", "ok"),
                                            "room")
                                    .put("changes", changed);
                    event.set("streams", streams.json());
                    RoomMonitor.switched(handle, room.spec(), changed, streams);
                    if (revived) {
                        offers.want();
                    }
                    reply.event(event);
                },
                reply::error);
    }

    private void pause(boolean on, String word, Reply reply) {
        needsConnection();
        paused = on;
        ask(
                request -> new RoomCommand.Pause(request, room.mediaId(), link.id(), on),
                reply::error,
                () -> reply.event(RoomJson.event(room.spec()).put(word, "ok")));
    }

    /// An answer starts what was paused, as `start` alone does.
    private void resume() {
        if (paused) {
            paused = false;
            rooms.media()
                    .tell(
                            room.mediaLoop(),
                            new RoomCommand.Pause(
                                    MediaCommand.NO_REQUEST, room.mediaId(), link.id(), false));
        }
    }

    private void leave(Reply reply) {
        left = true;
        room.removeSubscriber(link.id());
        reply.event(RoomJson.event(room.spec()).put("left", "ok"));
        link.close(PeerEnd.CLOSED_BY_PLUGIN);
    }

    private ObjectNode attached(boolean legacy, Wanted first) {
        var event = RoomJson.about("attached", room.spec());
        if (legacy) {
            RoomJson.putIdentity(event, first.from());
            event.put("warning", "deprecated_api");
        }
        event.set("streams", streams.json());
        return event;
    }

    /// What goes to the client gets lost on the way.
    private void onSlowLink(PeerEvent.SlowLink slow) {
        if (slow.uplink()) {
            handle.push(null, RoomJson.object().put("videoroom", "slow_link"), null);
        }
    }

    private void onClosed(PeerEnd end) {
        streams.sources(
                IntStream.range(0, streams.size()).boxed().toList(),
                (from, mid) -> RoomMonitor.unsubscribed(handle, room.spec(), from.id(), mid));
        room.removeSubscriber(link.id());
        left = true;
    }

    private void needsConnection() {
        if (left || link.isEnding()) {
            throw new PluginRefusal(PluginError.noSuchRoom(room.spec().id()));
        }
    }

    private void checkPrivateId(@Nullable Long privateId) {
        if (!room.spec().requirePvtid()) {
            return;
        }
        for (var member : room.members()) {
            if (privateId != null && member.privateId() == privateId) {
                return;
            }
        }
        throw new PluginRefusal(PluginError.unauthorized("this room requires a valid private_id"));
    }

    private static List<ObjectNode> items(ObjectNode body, String name, String list) {
        var items = Fields.optionalObjects(body, name);
        if (items == null) {
            throw new PluginRefusal(PluginError.missing(name));
        }
        if (items.isEmpty()) {
            throw new PluginRefusal(PluginError.invalid("Empty " + list + " list"));
        }
        return new ArrayList<>(items);
    }

    /// Asks the room and goes on when it has done it.
    private void ask(
            LongFunction<RoomCommand> command, Consumer<PluginError> refused, Runnable done) {
        rooms.media()
                .ask(
                        room.mediaLoop(),
                        command,
                        answer -> {
                            var error = PluginError.in(answer, room.spec());
                            if (error != null) {
                                refused.accept(error);
                            } else {
                                done.run();
                            }
                        },
                        () -> refused.accept(PluginError.overloaded()));
    }
}
