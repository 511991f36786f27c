// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Why the media side did not do what it was asked; nothing has changed then.
public enum Refusal {
    NO_SUCH_ROOM,
    ROOM_EXISTS,
    TOO_MANY_ROOMS,
    ROOM_FULL,
    PARTICIPANT_EXISTS,
    NO_SUCH_PARTICIPANT,
    NO_SUCH_PEER,
    NO_SUCH_STREAM,
    PUBLISHERS_FULL,
    NOT_PUBLISHING,
    ALREADY_PUBLISHING,
    TOO_MANY_PEERS,
    TOO_MANY_SUBSCRIPTIONS,
    TOO_MANY_STREAMS
}
