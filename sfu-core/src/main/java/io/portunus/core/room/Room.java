// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomEvent.RoomEnd;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;

/// One call: brings what is asked, and what happens to its connections, to the part that decides. A
/// fault is not caught here but by [Rooms]. Confined to its media loop.
final class Room extends RoomPart {
    private final Membership membership;
    private final Publications publications;
    private final Subscriptions subscriptions;
    private final RoomMirrors mirrors;
    private final Leaving leaving;
    private RoomSettings settings;

    /// @param loop shared with the other rooms of the loop
    Room(RoomId id, RoomSettings settings, LoopContext loop, RoomGauges gauges, LoopOutbox outbox) {
        super(new Announcements(id, loop.events()), loop, gauges);
        this.settings = settings;
        membership = new Membership(announcements, gauges);
        mirrors = new RoomMirrors(announcements, membership, outbox);
        subscriptions =
                new Subscriptions(announcements, gauges, membership::publication, connections);
        publications =
                new Publications(
                        announcements, gauges, membership, connections, subscriptions, mirrors);
        leaving = new Leaving(announcements, membership, connections, publications, subscriptions);
    }

    /// [RoomCommand.Open] has made it.
    @Override
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
            case RoomCommand.Relay c -> publications.relay(c, nowNanos);
            case RoomCommand.Subscribe c -> subscriptions.subscribe(c, nowNanos);
            case RoomCommand.Unsubscribe c -> subscriptions.unsubscribe(c, nowNanos);
            case RoomCommand.Plan c -> plan(c, nowNanos);
            case RoomCommand.Pause c -> subscriptions.pause(c, nowNanos);
            case RoomCommand.Send c -> subscriptions.send(c, nowNanos);
            case RoomCommand.PlayoutDelay c -> subscriptions.playoutDelay(c);
            case RoomCommand.Extend c -> mirrors.extend(c);
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

    /// Whoever publishes over the same connection has then negotiated that anew too.
    private void plan(RoomCommand.Plan command, long nowNanos) {
        subscriptions.plan(command, nowNanos);
        var connection = connections.find(command.subscriber());
        if (connection != null && connection.publication() != null) {
            mirrors.onChanged();
        }
    }

    /// What subscribers on another media loop want of what is published here.
    void onDemand(LoopCommand.Demand demand, long nowNanos) {
        mirrors.onDemand(demand, nowNanos);
    }

    @Override
    void onConnected(Connection connection) {
        publications.onConnected(connection);
    }

    @Override
    void onClosed(Connection connection, PeerEnd end, long nowNanos) {
        leaving.peerEnded(connection, end, nowNanos);
    }

    @Override
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

    @Override
    void onEnded(long request, RoomEnd reason) {
        // The end is told before any connection ends because of it, wherever that is.
        mirrors.ending();
        try {
            leaving.roomEnded(request, reason);
        } finally {
            mirrors.end(Leaving.peerEnd(reason));
        }
    }
}
