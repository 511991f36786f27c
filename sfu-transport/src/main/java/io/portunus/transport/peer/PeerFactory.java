// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.PeerId;

/// Makes the connections of one media loop; holds what they share.
@FunctionalInterface
public interface PeerFactory {
    /// A connection that is not yet open. Called on the media loop.
    HostedPeer create(PeerId id, PeerHost host, long nowNanos);
}
