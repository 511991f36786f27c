// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.ParticipantId;
import org.jspecify.annotations.Nullable;

/// Somebody who is in the room, publishing or not. Confined to its media loop.
final class Participant {
    private final ParticipantId id;
    private @Nullable Publication publication;

    Participant(ParticipantId id) {
        this.id = id;
    }

    ParticipantId id() {
        return id;
    }

    /// What it publishes or is about to, as soon as it holds a publisher's place.
    @Nullable Publication publication() {
        return publication;
    }

    void publication(@Nullable Publication publication) {
        this.publication = publication;
    }
}
