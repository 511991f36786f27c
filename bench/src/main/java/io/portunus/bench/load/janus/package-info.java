// SPDX-License-Identifier: Apache-2.0
/// The client's side of the Janus API: requests over a WebSocket, and the descriptions in them.
@NullMarked
package io.portunus.bench.load.janus;

import org.jspecify.annotations.NullMarked;
