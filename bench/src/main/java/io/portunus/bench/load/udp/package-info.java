// SPDX-License-Identifier: Apache-2.0
/// Sockets that tell when the kernel received a datagram, many to one thread, through Linux's own
/// calls.
@NullMarked
package io.portunus.bench.load.udp;

import org.jspecify.annotations.NullMarked;
