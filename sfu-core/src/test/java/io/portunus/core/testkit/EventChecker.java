// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Keeps what media loops tell, and checks what signalling relies on: each room's events are
/// numbered without a gap, nothing is told twice, nothing is told of what is not there, and each
/// request has one answer.
public final class EventChecker implements MediaEvents {
    private record Member(RoomId room, ParticipantId who) {}

    private final List<MediaEvent> events = new ArrayList<>();
    private final Set<Long> open = new HashSet<>();
    private final Map<RoomId, Long> numbers = new HashMap<>();
    private final Set<RoomId> ended = new HashSet<>();
    private final Set<Member> members = new HashSet<>();
    private final Map<Member, PeerId> published = new HashMap<>();
    private final Set<Member> talking = new HashSet<>();
    private final Map<PeerId, Set<Integer>> fed = new HashMap<>();
    private final Set<PeerId> closed = new HashSet<>();

    /// `command` is about to be sent.
    public void onCommand(MediaCommand command) {
        if (command.request() != MediaCommand.NO_REQUEST) {
            assertThat(open.add(command.request())).as("request numbers differ").isTrue();
        }
    }

    /// The subscriber gave these up itself, so that nobody has to tell it.
    public void onUnsubscribed(PeerId subscriber, List<Integer> slots) {
        fed.getOrDefault(subscriber, new HashSet<>()).removeAll(slots);
    }

    /// How many were told so far.
    public int count() {
        return events.size();
    }

    /// What was told after the first `count`.
    public List<MediaEvent> since(int count) {
        return List.copyOf(events.subList(count, events.size()));
    }

    public void assertAllAnswered() {
        assertThat(open).as("requests without an answer").isEmpty();
    }

    @Override
    public void onEvent(MediaEvent event) {
        events.add(event);
        if (event.request() != MediaCommand.NO_REQUEST) {
            assertThat(open.remove(event.request()))
                    .as("answers a request once: %s", event)
                    .isTrue();
        }
        switch (event) {
            case PeerEvent.Closed e ->
                    assertThat(closed.add(e.peer())).as("closes once: %s", e).isTrue();
            case PeerEvent e ->
                    assertThat(closed).as("nothing after the end: %s", e).doesNotContain(e.peer());
            case RoomEvent e -> onRoomEvent(e);
        }
    }

    private void onRoomEvent(RoomEvent event) {
        if (event.number() == 0) {
            onUnnumbered(event);
            return;
        }
        var room = event.room();
        assertThat(ended).as("nothing after the end of the room: %s", event).doesNotContain(room);
        assertThat(event.number())
                .as("numbered without a gap: %s", event)
                .isEqualTo(numbers.merge(room, 1L, Long::sum));
        switch (event) {
            case RoomEvent.Done _, RoomEvent.Refused _ -> {}
            case RoomEvent.Talking e -> {
                var member = member(e.room(), e.who());
                assertThat(published).as("who talks publishes: %s", e).containsKey(member);
                assertThat(e.talking() ? talking.add(member) : talking.remove(member))
                        .as("begins and stops in turn: %s", e)
                        .isTrue();
            }
            case RoomEvent.Joined e -> assertThat(members.add(member(e.room(), e.who()))).isTrue();
            case RoomEvent.Left e -> {
                var member = member(e.room(), e.who());
                assertThat(members.remove(member)).as("leaves once: %s", e).isTrue();
                assertThat(e.wasPublishing())
                        .as("whether the others must hear `unpublished`: %s", e)
                        .isEqualTo(published.remove(member) != null);
                talking.remove(member);
            }
            case RoomEvent.Published e -> {
                var member = member(e.room(), e.who());
                assertThat(members).as("who publishes is there: %s", e).contains(member);
                assertThat(published.put(member, e.peer())).as("told once: %s", e).isNull();
            }
            case RoomEvent.Unpublished e -> {
                var member = member(e.room(), e.who());
                assertThat(published.remove(member))
                        .as("told once, and only of what was published: %s", e)
                        .isEqualTo(e.peer());
                talking.remove(member);
            }
            case RoomEvent.Subscribed e -> onSubscribed(e);
            case RoomEvent.FeedGone e -> onFeedGone(e);
            case RoomEvent.Ended e -> {
                ended.add(e.room());
                members.removeIf(member -> member.room().equals(e.room()));
                published.keySet().removeIf(member -> member.room().equals(e.room()));
            }
        }
    }

    /// From a loop that is not the room's home, or about a room that is not there.
    private void onUnnumbered(RoomEvent event) {
        switch (event) {
            case RoomEvent.Done _, RoomEvent.Refused _ -> {}
            case RoomEvent.Subscribed e -> onSubscribed(e);
            case RoomEvent.FeedGone e -> onFeedGone(e);
            default -> throw new AssertionError("only the room's home tells this: " + event);
        }
    }

    private void onSubscribed(RoomEvent.Subscribed event) {
        var slots = fed.computeIfAbsent(event.subscriber(), _ -> new TreeSet<>());
        event.slots().forEach(slot -> slots.add(slot.slot()));
    }

    private void onFeedGone(RoomEvent.FeedGone event) {
        assertThat(closed).as("is there to hear it: %s", event).doesNotContain(event.subscriber());
        var slots = fed.getOrDefault(event.subscriber(), Set.of());
        assertThat(slots).as("told once for each feed: %s", event).containsAll(event.slots());
        slots.removeAll(event.slots());
    }

    private static Member member(RoomId room, ParticipantId who) {
        return new Member(room, who);
    }
}
