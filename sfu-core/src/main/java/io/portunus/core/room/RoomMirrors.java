// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.ingest.InboundTrack;
import io.portunus.core.pipe.MirroredTrack;
import io.portunus.core.pipe.PipeSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The other media loops on which one room has subscribers, as its home keeps them up to date:
/// tells them what is published, and pipes to each what it wants of that. Confined to the home's
/// loop.
final class RoomMirrors {
    private final Announcements announcements;
    private final Membership membership;
    private final LoopOutbox outbox;

    /// By loop, what goes there: the sinks by the ids of their tracks.
    private final Map<Integer, Map<Long, PipeSink>> loops = new LinkedHashMap<>();

    private Map<InboundTrack, Long> ids = new HashMap<>();
    private final Map<Long, InboundTrack> tracks = new HashMap<>();
    private long lastId;
    private boolean ending;

    RoomMirrors(Announcements announcements, Membership membership, LoopOutbox outbox) {
        this.announcements = announcements;
        this.membership = membership;
        this.outbox = outbox;
    }

    void extend(RoomCommand.Extend command) {
        var loop = command.loop();
        if (loop != outbox.self() && !loops.containsKey(loop)) {
            loops.put(loop, new HashMap<>());
            onChanged();
        }
        if (outbox.hasWaiting(loop)) {
            // Whoever went there now might be there before the room is.
            announcements.refuse(command.request(), Refusal.OVERLOADED);
        } else {
            announcements.done(command.request());
        }
    }

    /// Something else is published than before. To be called before anybody is told of it, so that
    /// whoever hears of a publication can be fed from it wherever it is.
    void onChanged() {
        if (loops.isEmpty() || ending) {
            return;
        }
        var publications = publications();
        for (var loop : loops.entrySet()) {
            loop.getValue().entrySet().removeIf(this::detachVanished);
            var told = new LoopCommand.Mirror(announcements.room(), outbox.self(), publications);
            outbox.tell(loop.getKey(), told);
        }
    }

    /// A track that is not received any more may be again: then it is another one to the mirrors,
    /// and what led to them before must not lead there beside it.
    private boolean detachVanished(Map.Entry<Long, PipeSink> sink) {
        if (tracks.containsKey(sink.getKey())) {
            return false;
        }
        sink.getValue().detach();
        return true;
    }

    private List<LoopCommand.Published> publications() {
        var known = ids;
        ids = new HashMap<>();
        tracks.clear();
        var all = new ArrayList<LoopCommand.Published>();
        for (var participant : membership.all()) {
            var publication = participant.publication();
            if (publication != null && publication.isTold()) {
                var told = new ArrayList<LoopCommand.Track>();
                for (var track : publication.connection().peer().inboundTracks()) {
                    told.add(told(track, known.get(track)));
                }
                all.add(new LoopCommand.Published(participant.id(), told));
            }
        }
        return all;
    }

    private LoopCommand.Track told(InboundTrack track, @Nullable Long known) {
        var id = known == null ? ++lastId : known;
        ids.put(track, id);
        tracks.put(id, track);
        return new LoopCommand.Track(
                id, track.mid(), track.codec(), track.extensions(), track.cname());
    }

    /// What another loop wants of one track; nothing when that track is no more.
    void onDemand(LoopCommand.Demand demand, long nowNanos) {
        var sinks = loops.get(demand.loop());
        var track = tracks.get(demand.track());
        if (sinks == null || track == null) {
            return;
        }
        var sink = sinks.get(demand.track());
        if (sink != null && sink.channel() != demand.channel()) {
            sink.detach();
            sinks.remove(demand.track());
            sink = null;
        }
        if (sink == null && demand.channel() != MirroredTrack.NO_CHANNEL) {
            var made = new PipeSink(outbox.pipeTo(demand.loop()), demand.channel(), track);
            sinks.put(demand.track(), made);
            made.catchUp(nowNanos);
            track.forwarder().add(made);
        }
        if (demand.keyFrame()) {
            track.requestKeyFrame(nowNanos);
        }
    }

    /// Everything ends at once from here on, and [#end] says so.
    void ending() {
        ending = true;
    }

    /// The room is no more.
    void end(PeerEnd end) {
        for (var loop : loops.keySet()) {
            outbox.tell(loop, new LoopCommand.EndMirror(announcements.room(), end));
        }
        loops.clear();
    }
}
