// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.forward.OutboundTrack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who receives what in one room, as far as it is on this media loop. Confined to that loop.
final class Subscriptions {
    /// What there is to be fed from.
    @FunctionalInterface
    interface Published {
        /// What `who` publishes or is about to; null where that is nothing.
        @Nullable Feeding by(ParticipantId who);
    }

    /// The most sections of one connection that are fed: its SDP has no more.
    static final int MAX_PER_CONNECTION = MediaPlan.MAX_LINES;

    /// The most fed sections in one room.
    static final int MAX_PER_ROOM = 200_000;

    private final Announcements announcements;
    private final RoomGauges gauges;
    private final Published published;
    private final Connections connections;
    private int count;

    Subscriptions(
            Announcements announcements,
            RoomGauges gauges,
            Published published,
            Connections connections) {
        this.announcements = announcements;
        this.gauges = gauges;
        this.published = published;
        this.connections = connections;
    }

    void subscribe(RoomCommand.Subscribe command, long nowNanos) {
        var subscriber = require(command.request(), command.subscriber());
        if (subscriber == null) {
            return;
        }
        var refusal = reasonAgainst(subscriber, command);
        if (refusal != null) {
            announcements.refuse(command.request(), refusal);
            return;
        }
        var slots = new ArrayList<RoomEvent.SlotSsrcs>();
        for (var feed : command.feeds()) {
            slots.add(feed(subscriber, feed, nowNanos));
        }
        for (var empty : command.empty()) {
            slots.add(empty(subscriber, empty, nowNanos));
        }
        announcements.tell(
                new RoomEvent.Subscribed(
                        command.request(),
                        announcements.room(),
                        announcements.nextNumber(),
                        subscriber.id(),
                        slots));
    }

    /// Why not all that is asked for can be had, or null when it can.
    private @Nullable Refusal reasonAgainst(Connection subscriber, RoomCommand.Subscribe command) {
        var slots = new HashSet<Integer>();
        var added = 0;
        for (var empty : command.empty()) {
            if (!isFree(empty.slot(), slots)) {
                return Refusal.TOO_MANY_SUBSCRIPTIONS;
            }
        }
        for (var feed : command.feeds()) {
            if (!isFree(feed.slot(), slots)) {
                return Refusal.TOO_MANY_SUBSCRIPTIONS;
            }
            if (source(subscriber, feed) == null) {
                return Refusal.NO_SUCH_STREAM;
            }
            if (!subscriber.subscriptions().containsKey(feed.slot())) {
                added++;
            }
        }
        return count + added > MAX_PER_ROOM ? Refusal.TOO_MANY_SUBSCRIPTIONS : null;
    }

    private static boolean isFree(int slot, Set<Integer> asked) {
        return slot >= 0 && slot < MAX_PER_CONNECTION && asked.add(slot);
    }

    private RoomEvent.SlotSsrcs empty(
            Connection subscriber, RoomCommand.Empty empty, long nowNanos) {
        var subscription = subscriber.subscriptions().get(empty.slot());
        if (subscription != null) {
            end(subscription, nowNanos);
        }
        var track = subscriber.peer().outbound(empty.slot(), empty.kind());
        return new RoomEvent.SlotSsrcs(empty.slot(), track.ssrc(), track.rtxSsrc());
    }

    private @Nullable ForwardSource source(Connection subscriber, RoomCommand.Feed feed) {
        var publication = publication(subscriber, feed);
        return publication == null ? null : publication.source(feed.mid());
    }

    /// What `feed` asks for, if `subscriber` may have it.
    private @Nullable Feeding publication(Connection subscriber, RoomCommand.Feed feed) {
        var publication = published.by(feed.from());
        return publication != null && publication.mayFeed(subscriber) ? publication : null;
    }

    private RoomEvent.SlotSsrcs feed(Connection subscriber, RoomCommand.Feed feed, long nowNanos) {
        var publication = publication(subscriber, feed);
        var source = source(subscriber, feed);
        if (publication == null || source == null) {
            throw new IllegalStateException("found before and not now: " + feed);
        }
        var subscription =
                new Subscription(subscriber, feed.slot(), publication, feed.mid(), source);
        var replaced = subscriber.subscriptions().put(feed.slot(), subscription);
        publication.subscriptions().add(subscription);
        var track = subscription.sink();
        if (replaced == null) {
            count(1);
            // What its predecessor on this section was told must not silence a newcomer.
            track.send(true, nowNanos);
        } else {
            replaced.publication().subscriptions().remove(replaced);
            if (replaced.sink() != track) {
                replaced.sink().feedFrom(null, nowNanos);
            }
        }
        track.feedFrom(source, nowNanos);
        return new RoomEvent.SlotSsrcs(feed.slot(), track.ssrc(), track.rtxSsrc());
    }

    void unsubscribe(RoomCommand.Unsubscribe command, long nowNanos) {
        var subscriber = require(command.request(), command.subscriber());
        if (subscriber == null) {
            return;
        }
        for (var slot : command.slots()) {
            var subscription = subscriber.subscriptions().get(slot);
            if (subscription != null) {
                end(subscription, nowNanos);
            }
        }
        announcements.done(command.request());
    }

    void pause(RoomCommand.Pause command, long nowNanos) {
        var subscriber = require(command.request(), command.subscriber());
        if (subscriber != null) {
            subscriber.peer().pause(command.paused(), nowNanos);
            announcements.done(command.request());
        }
    }

    void send(RoomCommand.Send command, long nowNanos) {
        var subscriber = require(command.request(), command.subscriber());
        if (subscriber == null) {
            return;
        }
        var subscription = subscriber.subscriptions().get(command.slot());
        if (subscription == null) {
            announcements.refuse(command.request(), Refusal.NO_SUCH_STREAM);
            return;
        }
        subscription.sink().send(command.send(), nowNanos);
        announcements.done(command.request());
    }

    void playoutDelay(RoomCommand.PlayoutDelay command) {
        var subscriber = require(command.request(), command.subscriber());
        if (subscriber == null) {
            return;
        }
        var subscription = subscriber.subscriptions().get(command.slot());
        if (subscription == null) {
            announcements.refuse(command.request(), Refusal.NO_SUCH_STREAM);
            return;
        }
        var min = Math.min(command.minTens(), RoomCommand.PlayoutDelay.MAX_TENS);
        var max = Math.clamp(command.maxTens(), min, RoomCommand.PlayoutDelay.MAX_TENS);
        subscription.sink().playoutDelay(min < 0 ? OutboundTrack.AS_PUBLISHED : min << 12 | max);
        announcements.done(command.request());
    }

    /// What `subscriber` agreed to. Where it publishes over the same connection, this is what it
    /// publishes too.
    void plan(RoomCommand.Plan command, long nowNanos) {
        var subscriber = require(command.request(), command.subscriber());
        if (subscriber == null) {
            return;
        }
        subscriber.peer().plan(command.plan(), nowNanos);
        var publication = subscriber.publication();
        if (publication != null) {
            publication.plan(command.plan());
            endVanished(publication, nowNanos);
        }
        announcements.done(command.request());
    }

    /// The connection `id`; null where there is none, and `request` has been refused then.
    private @Nullable Connection require(long request, PeerId id) {
        var connection = connections.find(id);
        if (connection == null) {
            announcements.refuse(request, Refusal.NO_SUCH_PEER);
        }
        return connection;
    }

    /// Ends the feeds of what `publication`, negotiated anew, has no more, and tells whom it fed.
    void endVanished(Feeding publication, long nowNanos) {
        var vanished = new ArrayList<Subscription>();
        for (var subscription : publication.subscriptions()) {
            if (!subscription.isStillPublished()) {
                vanished.add(subscription);
            }
        }
        endAndTell(vanished, nowNanos);
    }

    /// Ends all feeds of `publication` and tells whom it fed.
    void endFedBy(Feeding publication, long nowNanos) {
        endAndTell(List.copyOf(publication.subscriptions()), nowNanos);
    }

    /// Ends all that `subscriber`, which is on its way out, is fed. Nobody needs to be told.
    void endOf(Connection subscriber, long nowNanos) {
        for (var subscription : List.copyOf(subscriber.subscriptions().values())) {
            end(subscription, nowNanos);
        }
    }

    private void endAndTell(Collection<Subscription> ended, long nowNanos) {
        var slots = new LinkedHashMap<Connection, TreeSet<Integer>>();
        for (var subscription : ended) {
            end(subscription, nowNanos);
            slots.computeIfAbsent(subscription.subscriber(), _ -> new TreeSet<>())
                    .add(subscription.slot());
        }
        slots.forEach((subscriber, gone) -> tellFeedGone(subscriber, List.copyOf(gone)));
    }

    private void tellFeedGone(Connection subscriber, List<Integer> slots) {
        announcements.tell(
                new RoomEvent.FeedGone(
                        announcements.room(), announcements.nextNumber(), subscriber.id(), slots));
    }

    private void end(Subscription subscription, long nowNanos) {
        subscription.subscriber().subscriptions().remove(subscription.slot());
        subscription.publication().subscriptions().remove(subscription);
        subscription.sink().feedFrom(null, nowNanos);
        count(-1);
    }

    private void count(int change) {
        count += change;
        gauges.add(RoomGauges.Gauge.SUBSCRIPTIONS, change);
    }

    /// The room is no more: nothing is told and no track is touched.
    void onRoomEnded() {
        count(-count);
    }
}
