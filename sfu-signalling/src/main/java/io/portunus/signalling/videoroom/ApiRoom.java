// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.signalling.media.MediaClient;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A room as the API shows it: the roster, built from the numbered events of the room on the media
/// side, and who is told what. Confined to the signalling loop.
final class ApiRoom {
    private static final Logger LOG = LoggerFactory.getLogger(ApiRoom.class);

    private RoomSpec spec;
    private final Ids ids;
    private final RoomId mediaId;
    private final int mediaLoop;
    private final Consumer<ApiRoom> whenEnded;
    private final Map<ParticipantId, Member> members = new LinkedHashMap<>();
    private final Map<PeerId, Subscriber> subscribers = new HashMap<>();
    private final Set<Integer> reached = new HashSet<>();
    private Set<String> restingTokens = Set.of();
    private RoomEvent.@Nullable RoomEnd end;

    ApiRoom(RoomSpec spec, Ids ids, RoomId mediaId, int mediaLoop, Consumer<ApiRoom> whenEnded) {
        this.spec = spec;
        this.ids = ids;
        this.mediaId = mediaId;
        this.mediaLoop = mediaLoop;
        this.whenEnded = whenEnded;
    }

    RoomSpec spec() {
        return spec;
    }

    /// From now on these properties count.
    void spec(RoomSpec changed) {
        spec = changed;
    }

    /// The tokens that are kept while they are not asked for.
    Set<String> restingTokens() {
        return restingTokens;
    }

    void restingTokens(Set<String> tokens) {
        restingTokens = Set.copyOf(tokens);
    }

    /// What kind of ids participants have.
    Ids ids() {
        return ids;
    }

    RoomId mediaId() {
        return mediaId;
    }

    int mediaLoop() {
        return mediaLoop;
    }

    /// Sees to it that the room's subscribers can be on `loop`, its home or not; exactly one of the
    /// two is called, at once or later.
    void reach(MediaClient media, int loop, Runnable there, Consumer<Refusal> refused) {
        if (loop == mediaLoop || reached.contains(loop)) {
            there.run();
            return;
        }
        media.ask(
                mediaLoop,
                request -> new RoomCommand.Extend(request, mediaId, loop),
                answer -> {
                    if (answer instanceof RoomEvent.Done) {
                        reached.add(loop);
                        there.run();
                    } else {
                        refused.accept(
                                answer instanceof RoomEvent.Refused(_, _, _, var why)
                                        ? why
                                        : Refusal.NO_SUCH_ROOM);
                    }
                },
                () -> refused.accept(Refusal.OVERLOADED));
    }

    /// Why the room is no more; null while it is.
    RoomEvent.@Nullable RoomEnd end() {
        return end;
    }

    Collection<Member> members() {
        return members.values();
    }

    @Nullable Member member(ApiId id) {
        return members.get(new ParticipantId(id.text()));
    }

    /// The room has let `member` in.
    void add(Member member) {
        members.put(member.participant(), member);
        RoomMonitor.joined(spec, member);
        if (spec.notifyJoining()) {
            var joining = RoomJson.object();
            RoomJson.putIdentity(joining, member);
            var event = RoomJson.event(spec);
            event.set("joining", joining);
            tellOthers(member, event);
        }
    }

    /// Somebody who only seems to be there.
    void addDummy(Member member) {
        members.put(member.participant(), member);
    }

    void add(PeerId peer, Subscriber subscriber) {
        subscribers.put(peer, subscriber);
    }

    /// How many watch what `member` sends on `mid`.
    int watching(Member member, String mid) {
        return (int)
                subscribers.values().stream()
                        .filter(subscriber -> subscriber.watches(member.id(), mid))
                        .count();
    }

    void removeSubscriber(PeerId peer) {
        subscribers.remove(peer);
    }

    /// Everything that happens in the room comes here first.
    void onEvent(RoomEvent event) {
        switch (event) {
            case RoomEvent.Published(_, _, var who, _) -> onPublished(who);
            case RoomEvent.Unpublished(_, _, _, var who, _, _) -> onUnpublished(who);
            case RoomEvent.Left(_, _, _, var who, var reason, var wasPublishing) ->
                    onLeft(who, reason, wasPublishing);
            case RoomEvent.FeedGone(_, _, var subscriber, var slots) -> {
                var fed = subscribers.get(subscriber);
                if (fed != null) {
                    fed.onFeedGone(slots);
                }
            }
            case RoomEvent.Talking talking -> onTalking(talking);
            case RoomEvent.Ended(_, _, _, var reason) -> onEnded(reason);
            case RoomEvent.Done _,
                    RoomEvent.Refused _,
                    RoomEvent.Joined _,
                    RoomEvent.Subscribed _ -> {
                // Answers go to whoever asked.
            }
        }
    }

    /// Tells all others what `member` sends.
    void announce(Member member) {
        RoomMonitor.streams("updated", spec, member);
        tellStreams(member);
    }

    private void tellStreams(Member member) {
        var event = RoomJson.event(spec);
        event.putArray("publishers").add(RoomJson.publisher(member, false));
        tellOthers(member, event);
    }

    /// What `member` sends on `mid` is to be held back for another time.
    void onDelay(Member member, String mid) {
        List.copyOf(subscribers.values()).forEach(subscriber -> subscriber.onDelay(member, mid));
    }

    void tellOthers(@Nullable Member except, ObjectNode event) {
        for (var member : List.copyOf(members.values())) {
            if (member != except) {
                member.handle().push(null, event.deepCopy(), null);
            }
        }
    }

    private void onPublished(ParticipantId who) {
        var member = members.get(who);
        if (member != null) {
            member.publishing(true);
            RoomMonitor.streams("published", spec, member);
            tellStreams(member);
        }
    }

    private void onUnpublished(ParticipantId who) {
        var member = members.get(who);
        if (member != null) {
            member.publishing(false);
            RoomMonitor.gone("unpublished", spec, member);
            tellOthers(member, gone(member, "unpublished"));
        }
    }

    private void onLeft(ParticipantId who, LeaveReason reason, boolean wasPublishing) {
        var member = members.remove(who);
        if (member == null) {
            return;
        }
        LOG.info(
                "room {}: participant {} (session {}, handle {}) is gone: {}",
                spec.id(),
                who,
                member.handle().sessionId(),
                member.handle().id(),
                reason);
        member.publishing(false);
        tellOperators(member, reason, wasPublishing);
        switch (reason) {
            case GONE -> tellGone(member, wasPublishing);
            case EVICTED -> {
                // Should it not be dead after all, it must know that its place has been taken.
                tellRemoved(member, "replaced");
                tellGone(member, wasPublishing);
            }
            case LEFT -> tellOthers(member, gone(member, "leaving"));
            case KICKED -> {
                List.copyOf(subscribers.values())
                        .forEach(subscriber -> subscriber.onKicked(member.privateId()));
                tellRemoved(member, "kicked");
                tellOthers(member, gone(member, "kicked"));
            }
            case ROOM_ENDED -> {
                // The end of the room tells everybody.
            }
        }
        member.publisher().onLeft(reason);
        member.gone();
    }

    private void tellOperators(Member member, LeaveReason reason, boolean wasPublishing) {
        if (wasPublishing) {
            RoomMonitor.gone("unpublished", spec, member);
        }
        switch (reason) {
            case GONE, EVICTED, LEFT -> RoomMonitor.gone("leaving", spec, member);
            case KICKED -> RoomMonitor.gone("kicked", spec, member);
            case ROOM_ENDED -> {
                // The end of the room is told.
            }
        }
    }

    private void tellRemoved(Member member, String reason) {
        member.handle()
                .push(null, RoomJson.event(spec).put("leaving", "ok").put("reason", reason), null);
    }

    private void tellGone(Member member, boolean wasPublishing) {
        if (wasPublishing) {
            tellOthers(member, gone(member, "unpublished"));
        }
        tellOthers(member, gone(member, "leaving"));
    }

    private ObjectNode gone(Member member, String how) {
        var event = RoomJson.event(spec);
        RoomJson.putNames(event, member);
        return member.id().putInto(event, how);
    }

    private void onTalking(RoomEvent.Talking talking) {
        var member = members.get(talking.who());
        if (member == null) {
            return;
        }
        member.talking(talking.talking());
        var event =
                member.id()
                        .putInto(
                                RoomJson.about(
                                        talking.talking() ? "talking" : "stopped-talking", spec),
                                "id")
                        .put("mindex", talking.lineIndex())
                        .put("mid", talking.mid())
                        .put("audio-level-dBov-avg", talking.averageLevel());
        RoomMonitor.talking(member, event);
        tellOthers(null, event);
    }

    private void onEnded(RoomEvent.RoomEnd reason) {
        end = reason;
        LOG.info("room {} ended: {}", spec.id(), reason);
        var destroyed = RoomJson.about("destroyed", spec);
        var present = List.copyOf(members.values());
        var watching = List.copyOf(subscribers.values());
        tellOthers(null, destroyed);
        members.clear();
        subscribers.clear();
        present.forEach(member -> member.publisher().onLeft(LeaveReason.ROOM_ENDED));
        for (var subscriber : watching) {
            subscriber.handle().push(null, destroyed.deepCopy(), null);
        }
        whenEnded.accept(this);
        present.forEach(Member::gone);
    }
}
