// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.PeerId;

/// Makes the connections of one media loop; holds what they share. Confined to that loop, but for
/// [#cipherProvider].
public interface PeerFactory {
    /// A connection that is not yet open and has registered nothing with its host.
    HostedPeer create(PeerId id, PeerHost host, long nowNanos);

    /// What encrypts the media, as a metric label. Thread-safe.
    String cipherProvider();
}
