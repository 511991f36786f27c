// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Anything that signalling asks of a media loop. A value; carried over by [MediaDoor].
public sealed interface MediaCommand permits PeerCommand, RoomCommand {
    /// The number of a command that wants no answer.
    long NO_REQUEST = 0;

    /// Chosen by signalling; the event that answers the command carries it. [#NO_REQUEST] where
    /// nobody waits.
    long request();
}
