// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Why the media side did not do what it was asked; nothing has changed then.
public enum Refusal {
    NO_SUCH_ROOM("The room is gone"),
    ROOM_EXISTS("The room exists already"),
    TOO_MANY_ROOMS("The server has as many rooms as it can take"),
    ROOM_FULL("The room is full"),
    PARTICIPANT_EXISTS("The participant is in the room already"),
    NO_SUCH_PARTICIPANT("The participant is gone"),
    NO_SUCH_PEER("The connection is gone"),
    NO_SUCH_STREAM("The stream is gone"),
    PUBLISHERS_FULL("The room has as many publishers as it can take"),
    NOT_PUBLISHING("The participant does not publish"),
    ALREADY_PUBLISHING("The participant publishes already"),
    TOO_MANY_PEERS("The server has as many connections as it can take"),
    TOO_MANY_SUBSCRIPTIONS("The room has as many subscriptions as it can take"),
    TOO_MANY_STREAMS("The connection has as many streams as it can take"),
    /// A media loop has no time left, or its queue no room: it was not even asked.
    OVERLOADED("The server is overloaded");

    private final String text;

    Refusal(String text) {
        this.text = text;
    }

    /// What a person can be told.
    public String text() {
        return text;
    }
}
