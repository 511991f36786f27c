// SPDX-License-Identifier: Apache-2.0

/// The media loops, each one thread with its sockets, peers and rooms, and the one door onto them.
@NullMarked
package io.portunus.transport.loop;

import org.jspecify.annotations.NullMarked;
