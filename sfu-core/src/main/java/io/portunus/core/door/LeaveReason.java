// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Why a participant is no longer in a room.
public enum LeaveReason {
    /// It asked to, by `leave`; its PeerConnection is closed with it.
    LEFT,
    /// Its handle was detached, or its session or connection ended.
    GONE,
    KICKED,
    /// It was a ghost that gave way to its owner's return.
    EVICTED,
    ROOM_ENDED
}
