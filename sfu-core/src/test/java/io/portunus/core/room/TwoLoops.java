// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.core.testkit.LossyLink;
import io.portunus.core.testkit.Plans;
import io.portunus.core.testkit.SimulatedLoop;
import io.portunus.core.testkit.SimulatedLoops;
import io.portunus.core.testkit.SimulatedPublisher;
import io.portunus.core.testkit.SimulatedTransport;
import io.portunus.core.testkit.VirtualTime;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Room 1 at home on one media loop and with viewers on another, where anna talks.
final class TwoLoops {
    static final RoomId ROOM = new RoomId(1);
    static final RoomId ELSEWHERE = new RoomId(2);

    final SimulatedLoops loops = new SimulatedLoops(2, 1);
    final SimulatedLoop home = loops.get(0);
    final SimulatedLoop other = loops.get(1);
    final SimulatedPublisher anna;
    private int seen;

    TwoLoops() {
        home.ask(r -> new RoomCommand.Open(r, ROOM, Scene.SETTINGS));
        home.ask(r -> new RoomCommand.Extend(r, ROOM, 1));
        join("anna");
        var random = new SplittableRandom(1);
        var perfect = LossyLink.Quality.PERFECT;
        anna =
                new SimulatedPublisher(
                        home, ROOM, new ParticipantId("anna"), Codec.VP8, perfect, random);
        anna.start();
        settle();
    }

    void join(String who) {
        home.ask(r -> new RoomCommand.Join(r, ROOM, new ParticipantId(who)));
    }

    void publish(String who) {
        var peer = home.open(ROOM);
        home.ask(r ->
                new RoomCommand.Publish(
                        r, ROOM, new ParticipantId(who), peer.id(), Scene.AUDIO_AND_VIDEO));
        peer.connect();
    }

    static List<RoomCommand.Feed> feeds(String from) {
        return List.of(Scene.feed(0, from, "0"), Scene.feed(1, from, "1"));
    }

    /// Whether what `who` publishes on its section `mid` is handed on.
    void relay(String who, String mid, boolean on) {
        home.ask(r -> new RoomCommand.Relay(r, ROOM, new ParticipantId(who), mid, on));
    }

    /// Connected, on the other loop, and fed by `from`.
    SimulatedTransport viewer(String from) {
        return viewer(other, from, _ -> {});
    }

    /// @param rtp gets what is sent to it
    SimulatedTransport viewer(SimulatedLoop loop, String from, Consumer<byte[]> rtp) {
        var peer = loop.open(ROOM, rtp, _ -> {});
        loop.ask(r -> new RoomCommand.Subscribe(r, ROOM, peer.id(), feeds(from)));
        var plan = Plans.of(Plans.sends(0, Codec.OPUS), Plans.sends(1, Codec.VP8));
        loop.ask(r -> new RoomCommand.Plan(r, ROOM, peer.id(), plan));
        peer.connect();
        settle();
        return peer;
    }

    /// A connection of a room that has nothing to do with the first, on the other loop.
    SimulatedTransport otherRoomsViewer() {
        other.ask(r -> new RoomCommand.Open(r, ELSEWHERE, Scene.SETTINGS));
        return other.open(ELSEWHERE);
    }

    /// Whatever is under way between the loops arrives.
    void settle() {
        loops.run(100 * VirtualTime.MILLIS);
    }

    /// What is under way between the loops arrives, and nothing else happens.
    void cross() {
        loops.run(VirtualTime.MILLIS / 10);
    }

    /// What was told since the last call, in words.
    List<String> told() {
        var events = home.events().since(seen);
        seen = home.events().count();
        return events.stream().map(TwoLoops::text).toList();
    }

    private static String text(MediaEvent event) {
        return switch (event) {
            case RoomEvent.Unpublished e -> "unpublished " + e.who();
            case RoomEvent.FeedGone e -> "feed gone " + e.subscriber().value() + " " + e.slots();
            case RoomEvent.Ended e -> "ended " + e.reason();
            default -> event.toString();
        };
    }
}
