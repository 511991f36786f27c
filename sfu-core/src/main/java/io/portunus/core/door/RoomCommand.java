// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import io.portunus.core.codec.MediaKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What signalling asks of a room. The room alone decides; each command with a request number is
/// answered by exactly one [RoomEvent] that carries it.
public sealed interface RoomCommand extends MediaCommand {
    RoomId room();

    /// Answered by [RoomEvent.Done] or [RoomEvent.Refused].
    record Open(long request, RoomId room, RoomSettings settings) implements RoomCommand {}

    /// Later publishers and talkers go by the new settings. Answered by [RoomEvent.Done].
    record Change(long request, RoomId room, RoomSettings settings) implements RoomCommand {}

    /// Ends the room and all its PeerConnections; [RoomEvent.Ended] says so and is the answer.
    record Destroy(long request, RoomId room) implements RoomCommand {}

    /// Answered by [RoomEvent.Joined] or [RoomEvent.Refused].
    record Join(long request, RoomId room, ParticipantId who) implements RoomCommand {}

    /// Ends the membership and the publishing connection if there is one. Answered by
    /// [RoomEvent.Left] (its own, with the request number) or [RoomEvent.Refused].
    record Leave(long request, RoomId room, ParticipantId who, LeaveReason reason)
            implements RoomCommand {}

    /// What `who` sends over `peer`, at first or after a renegotiation. Takes one of the room's
    /// publisher places from here on until the peer ends. Answered by [RoomEvent.Done] or
    /// [RoomEvent.Refused]; [RoomEvent.Published] follows when media may flow.
    record Publish(long request, RoomId room, ParticipantId who, PeerId peer, MediaPlan plan)
            implements RoomCommand {}

    /// Closes the publishing connection. Answered by [RoomEvent.Done] (behind
    /// [RoomEvent.Unpublished]) or [RoomEvent.Refused] with NOT_PUBLISHING.
    record Unpublish(long request, RoomId room, ParticipantId who) implements RoomCommand {}

    /// The cap that this publisher is told by REMB, 0 for none. Answered by [RoomEvent.Done].
    record LimitBitrate(long request, RoomId room, ParticipantId who, int bitrateBps)
            implements RoomCommand {}

    /// When this publisher is taken to talk, in place of the room's settings; 0 is the room's. It
    /// holds as long as the publication. Answered by [RoomEvent.Done].
    ///
    /// @param activePackets how many packets one evaluation of the level spans
    /// @param averageLevel in -dBov
    record AudioLevels(
            long request, RoomId room, ParticipantId who, int activePackets, int averageLevel)
            implements RoomCommand {}

    /// Ask the publisher for a key frame of `mid`, or of all its video where null.
    record RequestKeyFrame(long request, RoomId room, ParticipantId who, @Nullable String mid)
            implements RoomCommand {}

    /// Relay (or not) what the publisher sends on `mid`.
    record Relay(long request, RoomId room, ParticipantId who, String mid, boolean relay)
            implements RoomCommand {}

    /// Feed media sections of `subscriber` from publications: all or nothing. A slot that was fed
    /// already gets the new source, as a switch does. Answered by [RoomEvent.Subscribed] or
    /// [RoomEvent.Refused].
    ///
    /// @param empty sections that are to be there and fed by nothing
    record Subscribe(
            long request, RoomId room, PeerId subscriber, List<Feed> feeds, List<Empty> empty)
            implements RoomCommand {
        public Subscribe {
            feeds = List.copyOf(feeds);
            empty = List.copyOf(empty);
        }

        /// Without empty sections.
        public Subscribe(long request, RoomId room, PeerId subscriber, List<Feed> feeds) {
            this(request, room, subscriber, feeds, List.of());
        }
    }

    /// Stop feeding the sections; unknown ones are passed over. Answered by [RoomEvent.Done].
    record Unsubscribe(long request, RoomId room, PeerId subscriber, List<Integer> slots)
            implements RoomCommand {
        public Unsubscribe {
            slots = List.copyOf(slots);
        }
    }

    /// What the subscriber agreed to. Media flows on a section once it is fed, agreed and not held.
    /// Answered by [RoomEvent.Done].
    record Plan(long request, RoomId room, PeerId subscriber, MediaPlan plan)
            implements RoomCommand {}

    /// Pause or resume all of a subscriber. Answered by [RoomEvent.Done].
    record Pause(long request, RoomId room, PeerId subscriber, boolean paused)
            implements RoomCommand {}

    /// Send (or not) on one section of a subscriber. Answered by [RoomEvent.Done].
    record Send(long request, RoomId room, PeerId subscriber, int slot, boolean send)
            implements RoomCommand {}

    /// How long a subscriber is to hold back what it plays of one section, in place of what the
    /// publisher says. Answered by [RoomEvent.Done] or [RoomEvent.Refused].
    ///
    /// @param minTens the least delay in units of 10 ms, 0 to 4095; -1 for what the publisher says
    /// @param maxTens the greatest delay, likewise
    record PlayoutDelay(
            long request, RoomId room, PeerId subscriber, int slot, int minTens, int maxTens)
            implements RoomCommand {
        /// The largest value that fits into the extension.
        public static final int MAX_TENS = 4_095;
    }

    /// Let subscribers of the room be on another media loop too: from the answer on,
    /// [PeerCommand.Open] and what concerns a subscriber may be sent there. Answered by
    /// [RoomEvent.Done].
    record Extend(long request, RoomId room, int loop) implements RoomCommand {}

    /// One section of a subscriber that nothing feeds.
    record Empty(int slot, MediaKind kind) {}

    /// One section of a subscriber and what should feed it.
    ///
    /// @param slot the index of the subscriber's media section, from 0
    /// @param from who publishes it
    /// @param mid which of that publisher's sections
    record Feed(int slot, ParticipantId from, String mid) {}
}
