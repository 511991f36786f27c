// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

/// What is set for the plugin as a whole. Immutable.
///
/// @param stringIds whether rooms and participants have text for ids, not integers
/// @param adminKey needed to create rooms; empty for none
/// @param store where permanent rooms are kept
public record VideoRoomSettings(boolean stringIds, String adminKey, RoomStore store) {
    /// Integers for ids, anybody may create rooms, nothing is kept.
    public static final VideoRoomSettings DEFAULT =
            new VideoRoomSettings(false, "", RoomStore.NONE);
}
