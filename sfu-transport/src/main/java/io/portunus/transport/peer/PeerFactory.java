// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.PeerId;

/// Makes the connections of one media loop; holds what they share. Confined to that loop, but for
/// [#cipherProvider].
public interface PeerFactory {
    /// A connection that is not yet open and has registered nothing with its host.
    HostedPeer create(PeerId id, PeerHost host, long nowNanos);

    /// Makes the packets whole that its connections have taken in the loop's egress memory, of
    /// which the tags may have waited to be computed together. Called before any of them is sent.
    void completePackets();

    /// What encrypts the media, as a metric label. Thread-safe.
    String cipherProvider();
}
