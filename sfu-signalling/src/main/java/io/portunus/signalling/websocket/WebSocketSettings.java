// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.websocket;

import io.portunus.signalling.janus.JsonStyle;

/// How WebSocket connections are watched.
///
/// @param pingSeconds a ping goes out after so long without a message
/// @param pingTimeoutSeconds a connection that has been silent for so long after the ping is
///   dropped
/// @param json how messages are laid out
public record WebSocketSettings(int pingSeconds, int pingTimeoutSeconds, JsonStyle json) {
    /// The largest message that is taken.
    public static final int MAX_MESSAGE_BYTES = 512 << 10;

    /// What may wait for a client that does not read, before it is dropped.
    public static final int MAX_PENDING_BYTES = 4 << 20;
}
