// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.Refusal;
import io.portunus.signalling.janus.Connection;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.SubscriberNegotiation;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A handle in the role of a subscriber: we offer, the client answers, over one connection whatever
/// the number of streams. Confined to the signalling loop.
final class Subscriber {
    private final Handle handle;
    private final ApiRoom room;
    private final MediaClient media;
    private final PeerLink link;
    private final SubscriberStreams streams = new SubscriberStreams();
    private final SubscriberNegotiation negotiation;
    private final SectionTweaks tweaks;
    private final SubscriptionChanges changes;
    private final SubscriberOffers offers;
    private final SubscriptionRequests requests;
    private final Playback playback;
    private @Nullable Long privateId;
    private boolean autoUpdate = true;
    private boolean kicked;
    private boolean left;

    Subscriber(VideoRooms rooms, Handle handle, ApiRoom room) {
        this.handle = handle;
        this.room = room;
        media = rooms.media();
        link =
                new PeerLink(
                        media,
                        handle,
                        media.loopForSubscriber(room.mediaLoop()),
                        room.mediaId(),
                        this::onClosed);
        link.whenSlow(this::onSlowLink);
        negotiation = new SubscriberNegotiation(room.spec().sessionName(), System.nanoTime() >>> 1);
        tweaks = new SectionTweaks(rooms, room, link, streams);
        changes = new SubscriptionChanges(rooms, room, link, streams, negotiation, tweaks);
        offers = new SubscriberOffers(handle, room, link, streams, negotiation, changes);
        requests =
                new SubscriptionRequests(
                        handle, room, streams, changes, offers, this::needsConnection);
        playback = new Playback(rooms, handle, room, link, streams, negotiation, offers);
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
        var join = SubscriberJoin.read(room, body, jsep);
        privateId = join.privateId();
        autoUpdate = join.autoUpdate();
        changes.useMsid(join.useMsid());
        streams.e2ee(join.e2ee());
        Consumer<Refusal> refused = why -> reply.error(PluginError.of(why, room.spec()));
        Runnable open = () -> open(join, reply, whenJoined, whenRefused, refused);
        room.reach(media, link.mediaLoop(), open, refused);
    }

    private void open(
            SubscriberJoin join,
            Reply reply,
            Runnable whenJoined,
            Runnable whenRefused,
            Consumer<Refusal> refused) {
        link.open(
                () -> {
                    if (!handle.isAlive()) {
                        link.close(PeerEnd.DETACHED);
                        return;
                    }
                    room.add(link.id(), this);
                    whenJoined.run();
                    changes.subscribe(
                            join.wanted(),
                            () -> {
                                RoomMonitor.subscribing(handle, room.spec(), privateId, streams);
                                reply.event(attached(join), offers.take());
                            },
                            error -> {
                                left = true;
                                room.removeSubscriber(link.id());
                                link.discard();
                                whenRefused.run();
                                reply.error(error);
                            });
                },
                refused);
    }

    /// Whoever quoted this private id has been kicked: what it watches stops too, where the room
    /// ties the two together.
    void onKicked(long id) {
        if (room.spec().requirePvtid() && privateId != null && privateId == id) {
            kicked = true;
            playback.silence();
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
            case "start" -> {
                if (jsep == null) {
                    needsConnection();
                    playback.resume(reply);
                } else {
                    playback.start(jsep, reply);
                }
            }
            case "subscribe" -> requests.subscribe(body, reply);
            case "unsubscribe" -> requests.unsubscribe(body, reply);
            case "update" -> requests.update(body, reply);
            case "switch" -> requests.switchTo(body, reply);
            case "configure" -> configure(body, reply);
            case "pause" -> {
                needsConnection();
                playback.pause(reply);
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
        json.put("paused", playback.isPaused()).set("streams", streams.json());
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

    private void leave(Reply reply) {
        left = true;
        room.removeSubscriber(link.id());
        reply.event(RoomJson.event(room.spec()).put("left", "ok"));
        link.close(PeerEnd.CLOSED_BY_PLUGIN);
    }

    private ObjectNode attached(SubscriberJoin join) {
        var event = RoomJson.about("attached", room.spec());
        if (join.legacy()) {
            RoomJson.putIdentity(event, join.wanted().getFirst().from());
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
}
