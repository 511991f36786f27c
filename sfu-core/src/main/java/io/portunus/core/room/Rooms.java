// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomId;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerTransport;
import io.portunus.core.time.Deadlines;
import org.jspecify.annotations.Nullable;

/// All rooms whose home is one media loop: brings commands to the right one, wakes them in time,
/// and sees to it that a fault in one ends that one only. Confined to its media loop.
public final class Rooms {
    /// Told of every fault of our own that was contained; the transport logs it.
    @FunctionalInterface
    public interface Faults {
        void onFault(String where, RuntimeException fault);
    }

    public Rooms(LoopContext context, Faults faults) {}

    public void apply(RoomCommand command, long nowNanos) {}

    /// Makes the core half of a PeerConnection; null when there is no such room or it may have no
    /// more connections.
    public @Nullable Peer openPeer(PeerId id, RoomId room, PeerTransport transport, long nowNanos) {
        return null;
    }

    /// When [#onDeadline] wants to be called next, or [Deadlines#NEVER]. Cheap: asked after every
    /// batch of packets.
    public long nextDeadlineNanos() {
        return Deadlines.NEVER;
    }

    public void onDeadline(long nowNanos) {}

    /// Ends every room, because the server stops.
    public void stop(long nowNanos) {}
}
