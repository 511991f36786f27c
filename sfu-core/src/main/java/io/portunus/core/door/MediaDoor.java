// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// The one way from signalling to the media loops. Implemented by transport. Thread-safe.
public interface MediaDoor {
    /// How many media loops there are; they are numbered from 0.
    int loops();

    /// The loop that a new room is best placed on.
    int leastLoadedLoop();

    /// The loop that one more subscriber of a room is best placed on.
    ///
    /// @param home where the room lives; for any other answer, [RoomCommand.Extend] goes there
    ///   first
    default int loopForSubscriber(int home) {
        return home;
    }

    /// Hands a command to a loop, which takes commands in the order they were sent. False, and
    /// nothing will come of it, when the loop's queue is full or the loop is closed.
    boolean send(int loop, MediaCommand command);
}
