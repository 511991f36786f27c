// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.room.Rooms;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerFactory;
import org.jspecify.annotations.Nullable;

/// Carries out what other threads asked of a media loop, one step at a time, and contains the
/// faults of each. Confined to that loop.
final class Commands {
    private final LoopPeers peers;
    private final Rooms rooms;
    private final PeerFactory factory;
    private final LoopOverload overload;

    Commands(LoopPeers peers, Rooms rooms, PeerFactory factory, LoopOverload overload) {
        this.peers = peers;
        this.rooms = rooms;
        this.factory = factory;
        this.overload = overload;
    }

    void apply(MediaCommand command, long nowNanos) {
        try {
            switch (command) {
                case RoomCommand room -> rooms.apply(room, nowNanos);
                case LoopCommand loop -> rooms.apply(loop, nowNanos);
                case PeerCommand.Open open -> open(open, nowNanos);
                case PeerCommand.Close close -> close(close);
                case PeerCommand peer -> hand(peer, nowNanos);
            }
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError fault) {
            var where = command.getClass().getSimpleName();
            peers.onFault(where, concernedBy(command), fault);
            if (command instanceof PeerCommand.Open open && peers.find(open.peer()) == null) {
                peers.events().onEvent(new PeerEvent.Closed(open.peer(), PeerEnd.FAULT));
            }
        }
        peers.closeWaiting(nowNanos);
    }

    private @Nullable HostedPeer concernedBy(MediaCommand command) {
        return command instanceof PeerCommand peer ? peers.find(peer.peer()) : null;
    }

    private void open(PeerCommand.Open command, long nowNanos) {
        if (!peers.mayAdd(command.peer())) {
            refuse(command, Refusal.TOO_MANY_PEERS);
            return;
        }
        if (overload.isFull()) {
            overload.onRefused();
            refuse(command, Refusal.OVERLOADED);
            return;
        }
        var peer = factory.create(command.peer(), peers, nowNanos);
        var core = rooms.openPeer(command.peer(), command.room(), peer, nowNanos);
        if (core == null) {
            var exists = rooms.has(command.room());
            refuse(command, exists ? Refusal.TOO_MANY_PEERS : Refusal.NO_SUCH_ROOM);
            return;
        }
        peers.add(peer);
        peer.open(command.request(), core, nowNanos);
    }

    /// One that is gone has said so already.
    private void close(PeerCommand.Close command) {
        var peer = peers.find(command.peer());
        if (peer != null) {
            peers.closeSoon(peer, command.end());
        }
    }

    private void hand(PeerCommand command, long nowNanos) {
        var peer = peers.find(command.peer());
        if (peer == null) {
            refuse(command, Refusal.NO_SUCH_PEER);
            return;
        }
        peer.apply(command, nowNanos);
    }

    private void refuse(PeerCommand command, Refusal reason) {
        if (command.request() != MediaCommand.NO_REQUEST) {
            var refused = new PeerEvent.Refused(command.request(), command.peer(), reason);
            peers.events().onEvent(refused);
        }
    }

    /// Brings back the result of slow work, unless its peer has ended meanwhile.
    void run(LoopInbox.PeerTask task, long nowNanos) {
        if (!peers.has(task.peer())) {
            return;
        }
        try {
            task.task().run(nowNanos);
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError fault) {
            peers.onFault("the result of slow work", task.peer(), fault);
        }
        peers.closeWaiting(nowNanos);
    }

    void onRoomDeadline(long nowNanos) {
        try {
            rooms.onDeadline(nowNanos);
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError fault) {
            peers.onFault("the rooms' deadlines", null, fault);
        }
        peers.closeWaiting(nowNanos);
    }
}
