// SPDX-License-Identifier: Apache-2.0

/// The Janus API over WebSocket.
@NullMarked
package io.portunus.signalling.websocket;

import org.jspecify.annotations.NullMarked;
