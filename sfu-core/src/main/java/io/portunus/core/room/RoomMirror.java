// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent.RoomEnd;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;
import io.portunus.core.pipe.MirroredTrack;
import io.portunus.core.pipe.Mirrors;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A room on a media loop that is not its home: subscribers are here, what they are fed comes
/// through a pipe. What is published it is told; it decides nothing but who gets what here.
/// Confined to its media loop.
final class RoomMirror extends RoomPart {
    private final Subscriptions subscriptions;
    private final Map<ParticipantId, MirroredPublication> publications = new LinkedHashMap<>();
    private final Mirrors mirrors;
    private final LoopOutbox outbox;
    private final int home;

    RoomMirror(
            LoopCommand.Mirror told,
            LoopContext loop,
            RoomGauges gauges,
            Mirrors mirrors,
            LoopOutbox outbox) {
        super(Announcements.unnumbered(told.room(), loop.events()), loop, gauges);
        this.mirrors = mirrors;
        this.outbox = outbox;
        home = told.home();
        subscriptions = new Subscriptions(announcements, gauges, publications::get, connections);
    }

    @Override
    void apply(RoomCommand command, long nowNanos) {
        announcements.expectAnswer(command.request());
        switch (command) {
            case RoomCommand.Subscribe c -> subscribe(c, nowNanos);
            case RoomCommand.Unsubscribe c -> subscriptions.unsubscribe(c, nowNanos);
            case RoomCommand.Plan c -> subscriptions.plan(c, nowNanos);
            case RoomCommand.Pause c -> subscriptions.pause(c, nowNanos);
            case RoomCommand.Send c -> subscriptions.send(c, nowNanos);
            case RoomCommand.PlayoutDelay c -> subscriptions.playoutDelay(c);
            case RoomCommand.Open _,
                    RoomCommand.Change _,
                    RoomCommand.Destroy _,
                    RoomCommand.Join _,
                    RoomCommand.Leave _,
                    RoomCommand.Publish _,
                    RoomCommand.Unpublish _,
                    RoomCommand.LimitBitrate _,
                    RoomCommand.AudioLevels _,
                    RoomCommand.RequestKeyFrame _,
                    RoomCommand.Relay _,
                    RoomCommand.Extend _ ->
                    // The home decides that, and whoever asks here is wrong about where it is.
                    announcements.refuse(command.request(), Refusal.NO_SUCH_ROOM);
        }
        if (announcements.unanswered() != MediaCommand.NO_REQUEST) {
            throw new IllegalStateException("not answered: " + command);
        }
    }

    private void subscribe(RoomCommand.Subscribe command, long nowNanos) {
        if (mirrors.count() + command.feeds().size() > Mirrors.MAX_CHANNELS) {
            announcements.refuse(command.request(), Refusal.TOO_MANY_SUBSCRIPTIONS);
        } else {
            subscriptions.subscribe(command, nowNanos);
        }
    }

    /// The home says what is published now. Whoever was fed by what is no more is told.
    void onMirror(LoopCommand.Mirror told, long nowNanos) {
        var present = new HashSet<ParticipantId>();
        for (var publication : told.publications()) {
            present.add(publication.who());
            update(publication, nowNanos);
        }
        for (var who : List.copyOf(publications.keySet())) {
            if (!present.contains(who)) {
                update(new LoopCommand.Published(who, List.of()), nowNanos);
                publications.remove(who);
            }
        }
    }

    private void update(LoopCommand.Published told, long nowNanos) {
        var publication = publications.computeIfAbsent(told.who(), _ -> new MirroredPublication());
        var before = List.copyOf(publication.tracks());
        for (var track : before) {
            publication.remove(track);
        }
        for (var track : told.tracks()) {
            publication.put(same(before, track));
        }
        subscriptions.endVanished(publication, nowNanos);
        for (var track : before) {
            if (publication.source(track.mid()) != track) {
                track.end();
            }
        }
    }

    private MirroredTrack same(List<MirroredTrack> before, LoopCommand.Track told) {
        for (var track : before) {
            if (track.id() == told.id()) {
                track.onTold(told);
                return track;
            }
        }
        return new MirroredTrack(
                id(), told, mirrors, this::demand, context.fates(), context.wakeup());
    }

    private void demand(long track, long channel, boolean keyFrame) {
        outbox.tell(home, new LoopCommand.Demand(id(), outbox.self(), track, channel, keyFrame));
    }

    @Override
    void onDeadline(long nowNanos) {
        super.onDeadline(nowNanos);
        for (var publication : publications.values()) {
            for (var track : publication.tracks()) {
                track.onDeadline(nowNanos);
                context.wakeup().at(track.nextDeadlineNanos());
            }
        }
    }

    @Override
    void onConnected(Connection connection) {
        // The peer itself asks for what it needs now.
    }

    @Override
    void onClosed(Connection connection, PeerEnd end, long nowNanos) {
        connection.onClosing();
        connections.remove(connection);
        subscriptions.endOf(connection, nowNanos);
    }

    @Override
    void onTalking(Peer peer, int lineIndex, String mid, boolean talking, double averageLevel) {
        // Nobody publishes here.
    }

    /// The home tells of the end; here only the connections have to go. Where a fault is the
    /// reason, the home has to hear of it.
    @Override
    void onEnded(long request, RoomEnd reason) {
        announcements.refuse(request, Refusal.NO_SUCH_ROOM);
        if (reason == RoomEnd.FAULT) {
            outbox.tell(home, new LoopCommand.MirrorFailed(id(), outbox.self()));
        }
        close(Leaving.peerEnd(reason));
    }

    /// The room has ended at its home.
    void onHomeEnded(PeerEnd end) {
        close(end);
        end(MediaCommand.NO_REQUEST, RoomEnd.DESTROYED);
    }

    private void close(PeerEnd end) {
        subscriptions.onRoomEnded();
        publications.values().forEach(one -> one.tracks().forEach(MirroredTrack::end));
        publications.clear();
        var faults = new IllegalStateException("the mirror of a room did not end cleanly");
        connections.closeAll(end, faults);
        if (faults.getSuppressed().length > 0) {
            throw faults;
        }
    }
}
