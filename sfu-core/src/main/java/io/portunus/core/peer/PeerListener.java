// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.door.PeerEnd;

/// Whoever a [Peer] belongs to: its room. Called on the media loop.
public interface PeerListener {
    /// Media may flow. Called before [io.portunus.core.door.PeerEvent.Connected] is told.
    void onConnected(Peer peer, long nowNanos);

    /// The connection is gone. Called before [io.portunus.core.door.PeerEvent.Closed] is told.
    void onClosed(Peer peer, PeerEnd end, long nowNanos);

    /// The speaker on the publisher's section `mid` began or stopped to talk.
    void onTalking(
            Peer peer,
            int lineIndex,
            String mid,
            boolean talking,
            double averageLevel,
            long nowNanos);
}
