// SPDX-License-Identifier: Apache-2.0

/// One browser's connection as a state machine: ICE-lite, DTLS, SRTP, and the core's half behind
/// it.
@NullMarked
package io.portunus.transport.peer;

import org.jspecify.annotations.NullMarked;
