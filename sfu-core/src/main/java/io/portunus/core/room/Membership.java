// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who is in the room: each id once, and no more than there is space for. Confined to its media
/// loop.
final class Membership {
    /// The most participants of one room, whatever its settings say.
    static final int MAX_PARTICIPANTS = 10_000;

    private final Announcements announcements;
    private final RoomGauges gauges;
    private final Map<ParticipantId, Participant> participants = new LinkedHashMap<>();

    Membership(Announcements announcements, RoomGauges gauges) {
        this.announcements = announcements;
        this.gauges = gauges;
    }

    void join(RoomCommand.Join command, int maxParticipants) {
        var who = command.who();
        if (participants.containsKey(who)) {
            announcements.refuse(command.request(), Refusal.PARTICIPANT_EXISTS);
        } else if (participants.size() >= Math.min(maxParticipants, MAX_PARTICIPANTS)) {
            announcements.refuse(command.request(), Refusal.ROOM_FULL);
        } else {
            participants.put(who, new Participant(who));
            gauges.add(RoomGauges.Gauge.PARTICIPANTS, 1);
            announcements.tell(
                    new RoomEvent.Joined(
                            command.request(),
                            announcements.room(),
                            announcements.nextNumber(),
                            who));
        }
    }

    @Nullable Participant find(ParticipantId who) {
        return participants.get(who);
    }

    /// What `who` publishes or is about to; null where that is nothing.
    @Nullable Publication publication(ParticipantId who) {
        var participant = participants.get(who);
        return participant == null ? null : participant.publication();
    }

    Collection<Participant> all() {
        return participants.values();
    }

    void remove(Participant participant) {
        if (participants.remove(participant.id(), participant)) {
            gauges.add(RoomGauges.Gauge.PARTICIPANTS, -1);
        }
    }

    /// The room is no more.
    void onRoomEnded() {
        gauges.add(RoomGauges.Gauge.PARTICIPANTS, -participants.size());
        participants.clear();
    }
}
