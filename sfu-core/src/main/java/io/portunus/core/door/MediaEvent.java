// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Anything that a media loop tells signalling. A value.
public sealed interface MediaEvent permits PeerEvent, RoomEvent {
    /// The number of the command that this answers, or [MediaCommand#NO_REQUEST].
    long request();
}
