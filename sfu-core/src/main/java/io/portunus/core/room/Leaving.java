// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomEvent.RoomEnd;

/// What ends together and what is told of it, in one place, so that each end is told at most once
/// whatever ends at the same time. Confined to its media loop.
///
/// | what ended            | is told, in this order                                  | is closed       |
/// |-----------------------|---------------------------------------------------------|-----------------|
/// | a subscriber's peer   | nothing                                                 | –               |
/// | a publisher's peer    | `FeedGone` to each it fed, `Unpublished`                | –               |
/// | a publication         | `FeedGone` to each it fed, `Unpublished`, `Done`        | the peer        |
/// | a participant         | `FeedGone` to each it fed, `Left`                       | its publishing peer |
/// | the room              | `Ended`                                                 | all its peers   |
///
/// A publisher's place is free again, and its id too, before any of this is told. What nobody was
/// told of ([RoomEvent.Published] never came) ends without an `Unpublished`. A connection that is
/// on its way out is fed nothing more, so that there is nothing to tell it.
final class Leaving {
    private final Announcements announcements;
    private final Membership membership;
    private final Connections connections;
    private final Publications publications;
    private final Subscriptions subscriptions;

    Leaving(
            Announcements announcements,
            Membership membership,
            Connections connections,
            Publications publications,
            Subscriptions subscriptions) {
        this.announcements = announcements;
        this.membership = membership;
        this.connections = connections;
        this.publications = publications;
        this.subscriptions = subscriptions;
    }

    /// The transport has ended `connection`.
    void peerEnded(Connection connection, PeerEnd end, long nowNanos) {
        connection.onClosing();
        connections.remove(connection);
        subscriptions.endOf(connection, nowNanos);
        var publication = connection.publication();
        if (publication != null) {
            publicationEnded(publication, end, nowNanos);
        }
    }

    void unpublish(RoomCommand.Unpublish command, long nowNanos) {
        var participant = membership.find(command.who());
        var publication = participant == null ? null : participant.publication();
        if (publication == null) {
            announcements.refuse(command.request(), Refusal.NOT_PUBLISHING);
            return;
        }
        close(publication.connection(), nowNanos);
        publicationEnded(publication, PeerEnd.CLOSED_BY_PLUGIN, nowNanos);
        announcements.done(command.request());
    }

    private void publicationEnded(Publication publication, PeerEnd end, long nowNanos) {
        publications.end(publication);
        subscriptions.endFedBy(publication, nowNanos);
        if (publication.isTold()) {
            announcements.tell(
                    new RoomEvent.Unpublished(
                            RoomCommand.NO_REQUEST,
                            announcements.room(),
                            announcements.nextNumber(),
                            publication.participant().id(),
                            publication.connection().id(),
                            end));
        }
    }

    void leave(RoomCommand.Leave command, long nowNanos) {
        var participant = membership.find(command.who());
        if (participant == null) {
            announcements.refuse(command.request(), Refusal.NO_SUCH_PARTICIPANT);
            return;
        }
        membership.remove(participant);
        var publication = participant.publication();
        if (publication != null) {
            close(publication.connection(), nowNanos);
            publications.end(publication);
            subscriptions.endFedBy(publication, nowNanos);
        }
        var wasPublishing = publication != null && publication.isTold();
        tellLeft(command.request(), participant, command.reason(), wasPublishing);
    }

    private void tellLeft(
            long request, Participant participant, LeaveReason reason, boolean wasPublishing) {
        announcements.tell(
                new RoomEvent.Left(
                        request,
                        announcements.room(),
                        announcements.nextNumber(),
                        participant.id(),
                        reason,
                        wasPublishing));
    }

    /// The transport reports the end later; nothing is left to be told then.
    private void close(Connection connection, long nowNanos) {
        connection.close(PeerEnd.CLOSED_BY_PLUGIN);
        subscriptions.endOf(connection, nowNanos);
    }

    /// The room is no more; after this nothing is told of it. A connection that cannot be closed
    /// does not keep the others from being closed; its fault is thrown at the end.
    void roomEnded(long request, RoomEnd reason) {
        publications.onRoomEnded();
        membership.onRoomEnded();
        subscriptions.onRoomEnded();
        var faults = new IllegalStateException("a room did not end cleanly");
        try {
            announcements.tell(
                    new RoomEvent.Ended(
                            request, announcements.room(), announcements.nextNumber(), reason));
        } catch (RuntimeException fault) {
            faults.addSuppressed(fault);
        }
        connections.closeAll(peerEnd(reason), faults);
        if (faults.getSuppressed().length > 0) {
            throw faults;
        }
    }

    /// What the end of a room is to its connections.
    static PeerEnd peerEnd(RoomEnd reason) {
        return switch (reason) {
            case DESTROYED -> PeerEnd.CLOSED_BY_PLUGIN;
            case FAULT -> PeerEnd.FAULT;
            case SERVER_STOPPING -> PeerEnd.SERVER_STOPPING;
        };
    }
}
