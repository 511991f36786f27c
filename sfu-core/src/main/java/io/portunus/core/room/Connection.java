// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.peer.Peer;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A peer as its room sees it: what is published over it and what it is fed. Neither, one or both.
/// Confined to its media loop.
final class Connection {
    private final Peer peer;
    private final SortedMap<Integer, Subscription> subscriptions = new TreeMap<>();
    private @Nullable Publication publication;
    private boolean connected;
    private boolean closing;

    Connection(Peer peer) {
        this.peer = peer;
    }

    PeerId id() {
        return peer.id();
    }

    Peer peer() {
        return peer;
    }

    @Nullable Publication publication() {
        return publication;
    }

    void publication(@Nullable Publication publication) {
        this.publication = publication;
    }

    /// By the index of the section, in its order.
    SortedMap<Integer, Subscription> subscriptions() {
        return subscriptions;
    }

    /// Whether media may flow.
    boolean isConnected() {
        return connected;
    }

    void onConnected() {
        connected = true;
    }

    /// Whether it is on its way out: it can do nothing more in the room, and is told nothing more.
    boolean isClosing() {
        return closing;
    }

    /// It is on its way out without our asking.
    void onClosing() {
        closing = true;
    }

    /// Asks the transport to end it, once; again only if that failed.
    void close(PeerEnd end) {
        if (!closing) {
            peer.close(end);
            closing = true;
        }
    }
}
