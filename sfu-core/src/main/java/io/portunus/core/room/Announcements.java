// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;

/// Tells what happens in one room: numbers its events without a gap, and sees to it that each
/// request is answered exactly once. Confined to its media loop.
final class Announcements {
    private final RoomId room;
    private final MediaEvents events;
    private final boolean numbered;
    private long lastNumber;
    private long unanswered = MediaCommand.NO_REQUEST;

    Announcements(RoomId room, MediaEvents events) {
        this(room, events, true);
    }

    private Announcements(RoomId room, MediaEvents events, boolean numbered) {
        this.room = room;
        this.events = events;
        this.numbered = numbered;
    }

    /// For a mirror, whose events stand beside those that the room's home numbers: all have
    /// [Rooms#NO_NUMBER].
    static Announcements unnumbered(RoomId room, MediaEvents events) {
        return new Announcements(room, events, false);
    }

    RoomId room() {
        return room;
    }

    /// The number for the event that is made next.
    long nextNumber() {
        return numbered ? ++lastNumber : Rooms.NO_NUMBER;
    }

    /// A command begins to be carried out; `request` now waits for its answer.
    void expectAnswer(long request) {
        unanswered = request;
    }

    /// The request that still waits for its answer, or [MediaCommand#NO_REQUEST].
    long unanswered() {
        return unanswered;
    }

    void tell(RoomEvent event) {
        var request = event.request();
        if (request != MediaCommand.NO_REQUEST) {
            if (request != unanswered) {
                throw new IllegalStateException("answered twice, or never asked: " + event);
            }
            unanswered = MediaCommand.NO_REQUEST;
        }
        events.onEvent(event);
    }

    /// Answers a request that changed something nobody else has to hear of.
    void done(long request) {
        if (request != MediaCommand.NO_REQUEST) {
            tell(new RoomEvent.Done(request, room, nextNumber()));
        }
    }

    void refuse(long request, Refusal reason) {
        if (request != MediaCommand.NO_REQUEST) {
            tell(new RoomEvent.Refused(request, room, nextNumber(), reason));
        }
    }
}
