// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/// The events of one session while its connection is gone, in order. A client that missed one could
/// not know what it missed, so where there are too many, none is kept and the session has to end.
/// Confined to the signalling loop.
final class KeptEvents {
    /// The most events of one session.
    static final int MAX_EVENTS = 1_000;

    /// The most characters of one session.
    static final int MAX_CHARACTERS = 512 << 10;

    /// The most characters of all sessions together.
    static final long MAX_CHARACTERS_OF_ALL = 64L << 20;

    private final Room room;
    private final Deque<String> events = new ArrayDeque<>();
    private int characters;
    private boolean overflown;

    /// @param room what all sessions share
    KeptEvents(Room room) {
        this.room = room;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    /// Whether something is missing, so that the rest is worth nothing.
    boolean hasOverflown() {
        return overflown;
    }

    void add(String event) {
        if (overflown) {
            return;
        }
        if (events.size() >= MAX_EVENTS
                || characters + event.length() > MAX_CHARACTERS
                || room.characters + event.length() > MAX_CHARACTERS_OF_ALL) {
            clear();
            overflown = true;
            return;
        }
        events.add(event);
        characters += event.length();
        room.characters += event.length();
    }

    /// All of them, which are then kept no more.
    Collection<String> take() {
        var all = List.copyOf(events);
        clear();
        return all;
    }

    void clear() {
        room.characters -= characters;
        characters = 0;
        events.clear();
    }

    /// How much all sessions keep together.
    static final class Room {
        private long characters;

        long characters() {
            return characters;
        }
    }
}
