// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.testkit.Plans;
import io.portunus.core.testkit.SimulatedLoop;
import io.portunus.core.testkit.SimulatedTransport;
import java.util.List;
import java.util.function.LongFunction;

/// A loop with room 1 open, and short words for what tests ask of it. What was told reads as a line
/// of text for each event, without numbers, which the event checker looks after.
final class Scene {
    static final RoomId ROOM = new RoomId(1);
    static final RoomSettings SETTINGS = new RoomSettings(3, 10, 0, 0, false, 100, 25);
    static final MediaPlan AUDIO_AND_VIDEO =
            Plans.of(Plans.receives(0, Codec.OPUS), Plans.receives(1, Codec.VP8));
    static final MediaPlan RECEIVES_BOTH =
            Plans.of(Plans.sends(0, Codec.OPUS), Plans.sends(1, Codec.VP8));

    final SimulatedLoop loop = new SimulatedLoop(1, 64);
    private int seen;

    Scene() {
        open(ROOM, SETTINGS);
        told();
    }

    static ParticipantId id(String name) {
        return new ParticipantId(name);
    }

    List<String> open(RoomId room, RoomSettings settings) {
        return texts(loop.ask(request -> new RoomCommand.Open(request, room, settings)));
    }

    List<String> ask(LongFunction<RoomCommand> command) {
        return texts(loop.ask(command));
    }

    List<String> join(String who) {
        return texts(loop.ask(request -> new RoomCommand.Join(request, ROOM, id(who))));
    }

    List<String> leave(String who, LeaveReason reason) {
        return texts(loop.ask(r -> new RoomCommand.Leave(r, ROOM, id(who), reason)));
    }

    List<String> publish(String who, SimulatedTransport peer, MediaPlan plan) {
        return texts(loop.ask(r -> new RoomCommand.Publish(r, ROOM, id(who), peer.id(), plan)));
    }

    List<String> unpublish(String who) {
        return texts(loop.ask(r -> new RoomCommand.Unpublish(r, ROOM, id(who))));
    }

    List<String> destroy() {
        return texts(loop.ask(r -> new RoomCommand.Destroy(r, ROOM)));
    }

    List<String> subscribe(SimulatedTransport subscriber, RoomCommand.Feed... feeds) {
        return texts(
                loop.ask(r -> new RoomCommand.Subscribe(r, ROOM, subscriber.id(), List.of(feeds))));
    }

    List<String> unsubscribe(SimulatedTransport subscriber, Integer... slots) {
        return texts(
                loop.ask(r ->
                        new RoomCommand.Unsubscribe(r, ROOM, subscriber.id(), List.of(slots))));
    }

    /// Subscribes and answers what is sent on each section.
    List<RoomEvent.SlotSsrcs> ssrcs(SimulatedTransport subscriber, RoomCommand.Feed... feeds) {
        var told =
                loop.ask(r -> new RoomCommand.Subscribe(r, ROOM, subscriber.id(), List.of(feeds)));
        return ((RoomEvent.Subscribed) told.getLast()).slots();
    }

    static RoomCommand.Feed feed(int slot, String from, String mid) {
        return new RoomCommand.Feed(slot, id(from), mid);
    }

    /// A participant that has published audio as mid 0 and video as mid 1.
    SimulatedTransport publisher(String who) {
        join(who);
        var peer = loop.open(ROOM);
        publish(who, peer, AUDIO_AND_VIDEO);
        peer.connect();
        return peer;
    }

    /// A connection that is fed audio and video of `from` as slots 0 and 1.
    SimulatedTransport subscriber(String from) {
        var peer = loop.open(ROOM);
        subscribe(peer, feed(0, from, "0"), feed(1, from, "1"));
        loop.ask(r -> new RoomCommand.Plan(r, ROOM, peer.id(), RECEIVES_BOTH));
        peer.connect();
        return peer;
    }

    /// What was told since the last call.
    List<String> told() {
        var events = loop.events().since(seen);
        seen = loop.events().count();
        return texts(events);
    }

    private static List<String> texts(List<MediaEvent> events) {
        return events.stream().map(Scene::text).toList();
    }

    private static String text(MediaEvent event) {
        return switch (event) {
            case RoomEvent.Done _ -> "done";
            case RoomEvent.Refused e -> "refused " + e.reason();
            case RoomEvent.Joined e -> "joined " + e.who();
            case RoomEvent.Left e ->
                    "left " + e.who() + " " + e.reason() + (e.wasPublishing() ? " publishing" : "");
            case RoomEvent.Published e -> "published " + e.who();
            case RoomEvent.Unpublished e -> "unpublished " + e.who() + " " + e.end();
            case RoomEvent.Subscribed e ->
                    "subscribed " + e.slots().stream().map(RoomEvent.SlotSsrcs::slot).toList();
            case RoomEvent.FeedGone e -> "feed gone " + e.subscriber().value() + " " + e.slots();
            case RoomEvent.Talking e -> (e.talking() ? "talks " : "stopped talking ") + e.who();
            case RoomEvent.Ended e -> "ended " + e.reason();
            case PeerEvent.Connected e -> "connected " + e.peer().value();
            case PeerEvent.Closed e -> "closed " + e.peer().value() + " " + e.end();
            case PeerEvent e -> e.toString();
        };
    }
}
