// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomSettings;
import org.jspecify.annotations.Nullable;

/// Who publishes in one room. Gives out the publishers' places, and tells when there is something
/// to subscribe to. Confined to its media loop.
final class Publications {
    private final Announcements announcements;
    private final RoomGauges gauges;
    private final Membership membership;
    private final Connections connections;
    private final Subscriptions subscriptions;
    private final RoomMirrors mirrors;
    private int places;

    Publications(
            Announcements announcements,
            RoomGauges gauges,
            Membership membership,
            Connections connections,
            Subscriptions subscriptions,
            RoomMirrors mirrors) {
        this.announcements = announcements;
        this.gauges = gauges;
        this.membership = membership;
        this.connections = connections;
        this.subscriptions = subscriptions;
        this.mirrors = mirrors;
    }

    void publish(RoomCommand.Publish command, RoomSettings settings, long nowNanos) {
        var participant = membership.find(command.who());
        var connection = connections.find(command.peer());
        if (participant == null || connection == null) {
            var missing = participant == null ? Refusal.NO_SUCH_PARTICIPANT : Refusal.NO_SUCH_PEER;
            announcements.refuse(command.request(), missing);
            return;
        }
        var publication = participant.publication();
        // Neither one participant over two connections nor two over the same.
        if (publication != connection.publication()) {
            announcements.refuse(command.request(), Refusal.ALREADY_PUBLISHING);
            return;
        }
        if (publication == null) {
            if (places >= settings.maxPublishers()) {
                announcements.refuse(command.request(), Refusal.PUBLISHERS_FULL);
                return;
            }
            publication = begin(participant, connection, command.plan(), settings);
        }
        connection.peer().plan(command.plan(), nowNanos);
        publication.plan(command.plan());
        subscriptions.endVanished(publication, nowNanos);
        if (publication.isTold()) {
            mirrors.onChanged();
        }
        announcements.done(command.request());
        tellWhenReady(publication);
    }

    private Publication begin(
            Participant participant, Connection connection, MediaPlan plan, RoomSettings settings) {
        var publication = new Publication(participant, connection, plan);
        places++;
        participant.publication(publication);
        connection.publication(publication);
        connection.peer().limitBitrate(settings.bitrateBps());
        publication.apply(settings);
        return publication;
    }

    /// Media may flow over `connection` from now on.
    void onConnected(Connection connection) {
        var publication = connection.publication();
        if (publication != null) {
            tellWhenReady(publication);
        }
    }

    private void tellWhenReady(Publication publication) {
        if (publication.isTold() || !publication.connection().isConnected()) {
            return;
        }
        publication.onTold();
        mirrors.onChanged();
        gauges.add(RoomGauges.Gauge.PUBLISHING, 1);
        announcements.tell(
                new RoomEvent.Published(
                        announcements.room(),
                        announcements.nextNumber(),
                        publication.participant().id(),
                        publication.connection().id()));
    }

    /// Gives its place back. Whoever is fed from it has to be seen to before.
    void end(Publication publication) {
        places--;
        publication.participant().publication(null);
        publication.connection().publication(null);
        if (publication.isTold()) {
            gauges.add(RoomGauges.Gauge.PUBLISHING, -1);
            mirrors.onChanged();
        }
    }

    /// The room is no more.
    void onRoomEnded() {
        for (var participant : membership.all()) {
            var publication = participant.publication();
            if (publication != null) {
                end(publication);
            }
        }
    }

    /// Those who publish already keep their cap; how talking is noticed and key frames are asked
    /// for changes at once.
    void onSettings(RoomSettings settings) {
        for (var participant : membership.all()) {
            var publication = participant.publication();
            if (publication != null) {
                publication.apply(settings);
            }
        }
    }

    void audioLevels(RoomCommand.AudioLevels command, RoomSettings settings) {
        var publication = require(command.request(), command.who());
        if (publication != null) {
            publication.audioLevels(command.activePackets(), command.averageLevel());
            publication.apply(settings);
            announcements.done(command.request());
        }
    }

    void limitBitrate(RoomCommand.LimitBitrate command) {
        var publication = require(command.request(), command.who());
        if (publication != null) {
            publication.connection().peer().limitBitrate(command.bitrateBps());
            announcements.done(command.request());
        }
    }

    void requestKeyFrame(RoomCommand.RequestKeyFrame command, long nowNanos) {
        var publication = require(command.request(), command.who());
        if (publication == null) {
            return;
        }
        var mid = command.mid();
        if (mid == null) {
            for (var track : publication.connection().peer().inboundTracks()) {
                if (track.kind() == MediaKind.VIDEO) {
                    track.requestKeyFrame(nowNanos);
                }
            }
            announcements.done(command.request());
            return;
        }
        var track = publication.track(mid);
        if (track == null) {
            announcements.refuse(command.request(), Refusal.NO_SUCH_STREAM);
            return;
        }
        if (track.kind() == MediaKind.VIDEO) {
            track.requestKeyFrame(nowNanos);
        }
        announcements.done(command.request());
    }

    void relay(RoomCommand.Relay command, long nowNanos) {
        var publication = require(command.request(), command.who());
        if (publication == null) {
            return;
        }
        var track = publication.track(command.mid());
        if (track == null) {
            announcements.refuse(command.request(), Refusal.NO_SUCH_STREAM);
            return;
        }
        track.relay(command.relay(), nowNanos);
        announcements.done(command.request());
    }

    /// What `who` publishes; null where it publishes nothing, and `request` has been refused then.
    private @Nullable Publication require(long request, ParticipantId who) {
        var participant = membership.find(who);
        if (participant == null) {
            announcements.refuse(request, Refusal.NO_SUCH_PARTICIPANT);
            return null;
        }
        var publication = participant.publication();
        if (publication == null) {
            announcements.refuse(request, Refusal.NOT_PUBLISHING);
        }
        return publication;
    }
}
