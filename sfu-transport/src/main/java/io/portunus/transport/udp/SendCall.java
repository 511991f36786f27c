// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

/// How messages reach the system: sendmmsg(2) on one socket, or what a test puts in its place.
/// Confined to its media loop.
interface SendCall {
    /// Sends up to `count` messages that begin at `address`, without waiting; how many went, or the
    /// negative error number when not even the first did.
    int send(long address, int count);
}
