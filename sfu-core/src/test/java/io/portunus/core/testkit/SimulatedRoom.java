// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// A call in virtual time over bad links, the same for the same seed: publishers that come, go and
/// come back, and subscribers that watch them, do something else, and watch others. It does what
/// signalling does: whoever lost its feed is given another one.
public final class SimulatedRoom {
    private static final RoomId ROOM = new RoomId(1);
    private static final RoomSettings SETTINGS = new RoomSettings(8, 100, 0, 0, false, 100, 25);
    private static final List<ParticipantId> NAMES =
            List.of(new ParticipantId("anna"), new ParticipantId("bert"));
    private static final int MOST_SUBSCRIBERS = 4;

    /// So that what people do falls between packets, and a moment more or less makes no difference.
    private static final long BESIDE_PACKETS_NANOS = 5 * VirtualTime.MILLIS;

    private static final long REACTION_NANOS = 40 * VirtualTime.MILLIS;

    /// Somebody who watches, whom, and whether that is what it gets.
    private static final class Viewer {
        final SimulatedSubscriber subscriber;
        ParticipantId watches;
        boolean fed;

        Viewer(SimulatedSubscriber subscriber, ParticipantId watches) {
            this.subscriber = subscriber;
            this.watches = watches;
        }
    }

    private final SimulatedLoops loops;
    private final SimulatedLoop loop;
    private final SplittableRandom random;
    private final LossyLink.Quality quality;
    private final Codec video;
    private final Map<ParticipantId, SimulatedPublisher> publishers = new LinkedHashMap<>();
    private final Set<ParticipantId> published = new LinkedHashSet<>();
    private final Map<PeerId, Viewer> viewers = new LinkedHashMap<>();
    private int viewersSoFar;
    private int seen;

    /// On one media loop.
    public SimulatedRoom(long seed, Codec video, LossyLink.Quality quality) {
        this(seed, video, quality, new SimulatedLoops(1, seed));
    }

    /// At home on the first of `loops`, with its viewers on all of them in turn.
    public SimulatedRoom(long seed, Codec video, LossyLink.Quality quality, SimulatedLoops loops) {
        this.video = video;
        this.quality = quality;
        this.loops = loops;
        random = new SplittableRandom(seed);
        loop = loops.get(0);
        loop.ask(r -> new RoomCommand.Open(r, ROOM, SETTINGS));
        for (var i = 0; i < loops.count(); i++) {
            var other = i;
            loop.ask(r -> new RoomCommand.Extend(r, ROOM, other));
        }
        for (var name : NAMES) {
            loop.ask(r -> new RoomCommand.Join(r, ROOM, name));
            publish(name);
        }
        loops.run(BESIDE_PACKETS_NANOS);
    }

    public SimulatedLoop loop() {
        return loop;
    }

    private void publish(ParticipantId name) {
        var publisher = new SimulatedPublisher(loop, ROOM, name, video, quality, random.split());
        publishers.put(name, publisher);
        publisher.start();
    }

    /// One more who watches, unless there are many.
    public void addViewer() {
        if (viewers.size() < MOST_SUBSCRIBERS) {
            var where = loops.get(viewersSoFar++ % loops.count());
            var subscriber = new SimulatedSubscriber(where, ROOM, video, quality, random.split());
            var viewer = new Viewer(subscriber, anyName());
            viewers.put(subscriber.transport().id(), viewer);
            feed(viewer);
            subscriber.start();
        }
    }

    private ParticipantId anyName() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    /// Goes on for a while and sees to those who lost their feed.
    public void run(long durationNanos) {
        for (var left = durationNanos; left > 0; left -= REACTION_NANOS) {
            loop.run(Math.min(left, REACTION_NANOS));
            react();
        }
    }

    private void react() {
        for (var event : loop.events().since(seen)) {
            switch (event) {
                case RoomEvent.Published e -> published.add(e.who());
                case RoomEvent.Unpublished e -> published.remove(e.who());
                case RoomEvent.Left e -> published.remove(e.who());
                case RoomEvent.FeedGone e -> {
                    assertThat(e.slots()).containsExactly(0, 1);
                    requireNonNull(viewers.get(e.subscriber())).fed = false;
                }
                default -> {}
            }
        }
        seen = loop.events().count();
        List.copyOf(viewers.values()).forEach(this::feed);
    }

    private void feed(Viewer viewer) {
        if (!viewer.fed) {
            viewer.fed = viewer.subscriber.subscribe(viewer.watches);
            assertThat(viewer.fed || !published.contains(viewer.watches))
                    .as("what is published can be had")
                    .isTrue();
        }
    }

    /// Something that people do, or that happens to them.
    public void disturb() {
        var viewer = anyViewer();
        switch (random.nextInt(9)) {
            case 0, 1 -> addViewer();
            case 2 -> close(viewer);
            case 3 -> {
                viewer.subscriber.pause(true);
                run(300 * VirtualTime.MILLIS);
                viewer.subscriber.pause(false);
            }
            case 4 -> {
                if (viewer.fed) {
                    viewer.subscriber.send(1, false);
                    run(200 * VirtualTime.MILLIS);
                }
                if (viewer.fed) {
                    viewer.subscriber.send(1, true);
                }
            }
            case 5 -> {
                viewer.watches = anyName();
                viewer.fed = false;
            }
            case 6 -> restart(anyName());
            case 7 -> {
                var name = anyName();
                loop.ask(r -> new RoomCommand.Unpublish(r, ROOM, name));
                publish(name);
            }
            default -> {
                var name = anyName();
                loop.ask(r -> new RoomCommand.Leave(r, ROOM, name, LeaveReason.GONE));
                loop.ask(r -> new RoomCommand.Join(r, ROOM, name));
                publish(name);
            }
        }
    }

    /// Everybody who publishes begins anew.
    public void republishAll() {
        for (var name : NAMES) {
            loop.ask(r -> new RoomCommand.Unpublish(r, ROOM, name));
            publish(name);
        }
    }

    private Viewer anyViewer() {
        var all = new ArrayList<>(viewers.values());
        return all.get(random.nextInt(all.size()));
    }

    private void close(Viewer viewer) {
        if (viewers.size() > 1) {
            viewers.remove(viewer.subscriber.transport().id());
            viewer.subscriber.transport().end(PeerEnd.DTLS_CLOSED);
        }
    }

    /// A publisher's connection ends without warning, and it makes another one.
    private void restart(ParticipantId name) {
        requireNonNull(publishers.get(name)).end(PeerEnd.ICE_FAILED);
        run(100 * VirtualTime.MILLIS);
        publish(name);
    }

    /// What each of those who watch now has got of picture and sound, in the order they came.
    public List<List<Stamp>> received() {
        var all = new ArrayList<List<Stamp>>();
        for (var viewer : viewers.values()) {
            all.add(viewer.subscriber.stamps(0));
            all.add(viewer.subscriber.stamps(1));
        }
        return all;
    }

    /// Nothing new is said; what was lost is still repaired.
    public void fallSilent() {
        publishers.values().forEach(SimulatedPublisher::finish);
    }

    /// Everybody has all of what it watches.
    public void assertComplete() {
        for (var i = 0; i < loops.count(); i++) {
            assertThat(loops.get(i).faults()).as("faults of our own on loop %d", i).isEmpty();
        }
        loop.events().assertAllAnswered();
        for (var viewer : viewers.values()) {
            viewer.subscriber.assertComplete();
            assertThat(viewer.subscriber.videoSource())
                    .as("whoever watches %s sees what it sends now", viewer.watches)
                    .isEqualTo(requireNonNull(publishers.get(viewer.watches)).videoSource());
        }
    }
}
