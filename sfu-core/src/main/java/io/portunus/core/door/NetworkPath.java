// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Between which addresses the datagrams of one PeerConnection go.
///
/// @param localAddress a literal IPv4 or IPv6 address of this machine
/// @param remoteAddress the literal address that the client's datagrams come from
public record NetworkPath(
        String localAddress, int localPort, String remoteAddress, int remotePort) {}
