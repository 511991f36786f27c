// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomEvent.RoomEnd;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerListener;
import io.portunus.core.peer.PeerTransport;
import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;
import org.jspecify.annotations.Nullable;

/// One call: brings what is asked, and what happens to its connections, to the part that decides. A
/// fault is not caught here but by [Rooms]. Confined to its media loop.
final class Room {
    private final Announcements announcements;
    private final Membership membership;
    private final Connections connections;
    private final Publications publications;
    private final Subscriptions subscriptions;
    private final Leaving leaving;
    private final LoopContext context;
    private RoomSettings settings;
    private boolean ended;

    /// @param loop shared with the other rooms of the loop
    Room(RoomId id, RoomSettings settings, LoopContext loop, RoomGauges gauges) {
        this.settings = settings;
        context = withOwnWakeup(loop);
        announcements = new Announcements(id, loop.events());
        membership = new Membership(announcements, gauges);
        connections = new Connections(gauges, context.wakeup());
        subscriptions = new Subscriptions(announcements, gauges, membership, connections);
        publications =
                new Publications(announcements, gauges, membership, connections, subscriptions);
        leaving = new Leaving(announcements, membership, connections, publications, subscriptions);
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
                loop.thresholds());
    }

    RoomId id() {
        return announcements.room();
    }

    /// Carries out a command to this room that is there already. [RoomCommand.Open] has made it.
    void apply(RoomCommand command, long nowNanos) {
        announcements.expectAnswer(command.request());
        switch (command) {
            case RoomCommand.Open c -> announcements.done(c.request());
            case RoomCommand.Change c -> change(c);
            case RoomCommand.Destroy c -> end(c.request(), RoomEnd.DESTROYED);
            case RoomCommand.Join c -> membership.join(c, settings.maxParticipants());
            case RoomCommand.Leave c -> leaving.leave(c, nowNanos);
            case RoomCommand.Publish c -> publications.publish(c, settings, nowNanos);
            case RoomCommand.Unpublish c -> leaving.unpublish(c, nowNanos);
            case RoomCommand.LimitBitrate c -> publications.limitBitrate(c);
            case RoomCommand.AudioLevels c -> publications.audioLevels(c, settings);
            case RoomCommand.RequestKeyFrame c -> publications.requestKeyFrame(c, nowNanos);
            case RoomCommand.Relay c -> publications.relay(c);
            case RoomCommand.Subscribe c -> subscriptions.subscribe(c, nowNanos);
            case RoomCommand.Unsubscribe c -> subscriptions.unsubscribe(c, nowNanos);
            case RoomCommand.Plan c -> subscriptions.plan(c, nowNanos);
            case RoomCommand.Pause c -> subscriptions.pause(c, nowNanos);
            case RoomCommand.Send c -> subscriptions.send(c, nowNanos);
            case RoomCommand.PlayoutDelay c -> subscriptions.playoutDelay(c);
        }
        if (announcements.unanswered() != MediaCommand.NO_REQUEST) {
            throw new IllegalStateException("not answered: " + command);
        }
    }

    private void change(RoomCommand.Change command) {
        settings = command.settings();
        publications.onSettings(settings);
        announcements.done(command.request());
    }

    /// Null when there may be no more.
    @Nullable Peer openPeer(PeerId id, PeerTransport transport, PeerListener listener) {
        if (ended || !connections.mayAdd(id)) {
            return null;
        }
        var peer = new Peer(id, transport, listener, context);
        connections.add(new Connection(peer));
        return peer;
    }

    long nextDeadlineNanos() {
        return ended ? Deadlines.NEVER : connections.nextDeadlineNanos();
    }

    void onDeadline(long nowNanos) {
        connections.onDeadline(nowNanos);
    }

    void onConnected(Peer peer) {
        var connection = connections.find(peer.id());
        if (connection != null) {
            connection.onConnected();
            publications.onConnected(connection);
        }
    }

    void onClosed(Peer peer, PeerEnd end, long nowNanos) {
        var connection = connections.findEvenClosing(peer.id());
        if (connection == null) {
            return;
        }
        if (ended) {
            connections.remove(connection);
        } else {
            leaving.peerEnded(connection, end, nowNanos);
        }
    }

    void onTalking(Peer peer, int lineIndex, String mid, boolean talking, double averageLevel) {
        var connection = connections.find(peer.id());
        var publication = connection == null ? null : connection.publication();
        if (publication == null || !publication.isTold()) {
            return;
        }
        announcements.tell(
                new RoomEvent.Talking(
                        announcements.room(),
                        announcements.nextNumber(),
                        publication.participant().id(),
                        lineIndex,
                        mid,
                        talking,
                        averageLevel));
    }

    boolean isEnded() {
        return ended;
    }

    /// The room is no more, and the command that is being carried out, if any, has its answer with
    /// that.
    void onFault() {
        end(announcements.unanswered(), RoomEnd.FAULT);
    }

    void end(long request, RoomEnd reason) {
        if (!ended) {
            ended = true;
            leaving.roomEnded(request, reason);
        }
    }
}
