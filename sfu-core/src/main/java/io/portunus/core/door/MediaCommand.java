// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Anything that a media loop is asked, by signalling or by another one. A value; signalling's are
/// carried over by [MediaDoor].
public sealed interface MediaCommand permits PeerCommand, RoomCommand, LoopCommand {
    /// The number of a command that wants no answer.
    long NO_REQUEST = 0;

    /// Chosen by signalling; the event that answers the command carries it. [#NO_REQUEST] where
    /// nobody waits.
    long request();
}
