// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent.RoomEnd;
import io.portunus.core.door.RoomId;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerListener;
import io.portunus.core.peer.PeerTransport;
import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;
import org.jspecify.annotations.Nullable;

/// What there is of a room on one media loop: the room itself at its home, or its mirror for the
/// subscribers on another loop. A fault is not caught here but by [Rooms]. Confined to its media
/// loop.
abstract sealed class RoomPart permits Room, RoomMirror {
    final LoopContext context;
    final Announcements announcements;
    final Connections connections;
    private boolean ended;

    /// @param loop shared with the other rooms of the loop
    RoomPart(Announcements announcements, LoopContext loop, RoomGauges gauges) {
        this.announcements = announcements;
        context = withOwnWakeup(loop);
        connections = new Connections(gauges, context.wakeup());
    }

    /// So that the loop need not ask the peers of rooms in which nothing is due.
    private static LoopContext withOwnWakeup(LoopContext loop) {
        return new LoopContext(
                loop.memory(),
                loop.clock(),
                loop.fates(),
                loop.random(),
                loop.events(),
                new Wakeup(loop.wakeup()),
                loop.thresholds(),
                loop.shedding());
    }

    final RoomId id() {
        return announcements.room();
    }

    /// Carries out a command to this room.
    abstract void apply(RoomCommand command, long nowNanos);

    /// Null when there may be no more.
    final @Nullable Peer openPeer(PeerId id, PeerTransport transport, PeerListener listener) {
        if (ended || !connections.mayAdd(id)) {
            return null;
        }
        var peer = new Peer(id, transport, listener, context);
        connections.add(new Connection(peer));
        return peer;
    }

    final long nextDeadlineNanos() {
        return ended ? Deadlines.NEVER : connections.nextDeadlineNanos();
    }

    final long nextOpportunityNanos() {
        return ended ? Deadlines.NEVER : connections.nextOpportunityNanos();
    }

    void onDeadline(long nowNanos) {
        connections.onDeadline(nowNanos);
    }

    final void onConnected(Peer peer) {
        var connection = connections.find(peer.id());
        if (connection != null) {
            connection.onConnected();
            onConnected(connection);
        }
    }

    abstract void onConnected(Connection connection);

    final void onClosed(Peer peer, PeerEnd end, long nowNanos) {
        var connection = connections.findEvenClosing(peer.id());
        if (connection == null) {
            return;
        }
        if (ended) {
            connections.remove(connection);
        } else {
            onClosed(connection, end, nowNanos);
        }
    }

    abstract void onClosed(Connection connection, PeerEnd end, long nowNanos);

    abstract void onTalking(
            Peer peer, int lineIndex, String mid, boolean talking, double averageLevel);

    final boolean isEnded() {
        return ended;
    }

    /// It is no more, and the command that is being carried out, if any, has its answer with that.
    final void onFault() {
        end(announcements.unanswered(), RoomEnd.FAULT);
    }

    final void end(long request, RoomEnd reason) {
        if (!ended) {
            ended = true;
            onEnded(request, reason);
        }
    }

    /// Called once; nothing is to be told of it afterwards.
    abstract void onEnded(long request, RoomEnd reason);
}
