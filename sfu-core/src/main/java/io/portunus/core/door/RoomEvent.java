// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import java.util.List;

/// What happened in a room, in order: `number` counts up from 1 in each room without a gap. An
/// answer about a room that isn't there has number 0.
public sealed interface RoomEvent extends MediaEvent {
    RoomId room();

    long number();

    /// What was asked by `request` has been done.
    record Done(long request, RoomId room, long number) implements RoomEvent {}

    /// What was asked by `request` has not been done and nothing has changed.
    record Refused(long request, RoomId room, long number, Refusal reason) implements RoomEvent {}

    record Joined(long request, RoomId room, long number, ParticipantId who) implements RoomEvent {}

    /// A participant is no longer in the room; `wasPublishing` tells whether the others must hear
    /// `unpublished` before they hear that it left. Told once.
    record Left(
            long request,
            RoomId room,
            long number,
            ParticipantId who,
            LeaveReason reason,
            boolean wasPublishing)
            implements RoomEvent {}

    /// The participant's connection is up: its streams can be subscribed to.
    record Published(RoomId room, long number, ParticipantId who, PeerId peer)
            implements RoomEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// A participant that stays in the room publishes no more. Told once for each [Published].
    record Unpublished(
            long request, RoomId room, long number, ParticipantId who, PeerId peer, PeerEnd end)
            implements RoomEvent {}

    /// The sections that were asked for are fed; with the SSRCs that we send on each.
    record Subscribed(
            long request, RoomId room, long number, PeerId subscriber, List<SlotSsrcs> slots)
            implements RoomEvent {
        public Subscribed {
            slots = List.copyOf(slots);
        }
    }

    /// What fed these sections of a subscriber is no longer published.
    record FeedGone(RoomId room, long number, PeerId subscriber, List<Integer> slots)
            implements RoomEvent {
        public FeedGone {
            slots = List.copyOf(slots);
        }

        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// A participant began or stopped to talk.
    ///
    /// @param averageLevel in -dBov, 0 (loud) to 127 (silent)
    record Talking(
            RoomId room,
            long number,
            ParticipantId who,
            int lineIndex,
            String mid,
            boolean talking,
            double averageLevel)
            implements RoomEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// The room is no more; the last event about it. Its connections' [PeerEvent.Closed] follow.
    /// Answers [RoomCommand.Destroy], and after a fault whatever command was being carried out.
    record Ended(long request, RoomId room, long number, RoomEnd reason) implements RoomEvent {}

    /// Why a room is no more.
    enum RoomEnd {
        DESTROYED,
        /// A fault in our own code ended this room, and only this one.
        FAULT,
        SERVER_STOPPING
    }

    /// The SSRCs of one section that we send on, unsigned 32 bits each; `rtxSsrc` is -1 where there
    /// are no retransmissions.
    record SlotSsrcs(int slot, long ssrc, long rtxSsrc) {}
}
