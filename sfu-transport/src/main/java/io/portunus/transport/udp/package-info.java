// SPDX-License-Identifier: Apache-2.0

/// The UDP sockets of a media loop: datagrams in and out in batches, told apart and addressed by
/// numbers.
@NullMarked
package io.portunus.transport.udp;

import org.jspecify.annotations.NullMarked;
