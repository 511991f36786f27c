// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// A room on the media side: a number given by the room directory, never reused while the server
/// runs. What clients call the room is known to signalling only.
public record RoomId(long value) {}
