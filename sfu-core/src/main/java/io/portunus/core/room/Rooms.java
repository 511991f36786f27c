// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomEvent.RoomEnd;
import io.portunus.core.door.RoomId;
import io.portunus.core.fate.Fate;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerListener;
import io.portunus.core.peer.PeerTransport;
import io.portunus.core.pipe.MirroredTrack;
import io.portunus.core.pipe.Mirrors;
import io.portunus.core.pipe.PipeReader;
import io.portunus.core.room.RoomGauges.Gauge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All rooms whose home is one media loop, and the mirrors on it of those at home elsewhere: brings
/// commands to the right one, wakes them in time, and sees to it that a fault in one ends that one
/// only. Confined to its media loop.
public final class Rooms {
    /// Told of every fault of our own that was contained; the transport logs it.
    @FunctionalInterface
    public interface Faults {
        void onFault(String where, RuntimeException fault);
    }

    /// The most rooms of one media loop.
    public static final int MAX_ROOMS = 10_000;

    /// The number of an event about a room that isn't there, which counts no events.
    public static final long NO_NUMBER = 0;

    private final LoopContext context;
    private final Faults faults;
    private final RoomGauges gauges = new RoomGauges();
    private final Mirrors mirrors = new Mirrors();
    private final LoopOutbox outbox;
    private final Map<RoomId, RoomPart> rooms = new LinkedHashMap<>();

    /// The same ones, to be walked often and fast; null when it has to be made anew.
    private RoomPart @Nullable [] array;

    private boolean stopped;

    /// For a media loop that is the only one.
    public Rooms(LoopContext context, Faults faults) {
        this(context, faults, OtherLoops.NONE);
    }

    public Rooms(LoopContext context, Faults faults, OtherLoops loops) {
        this.context = context;
        this.faults = faults;
        outbox = new LoopOutbox(loops, context.wakeup());
    }

    /// How many rooms, participants and connections there are. Thread-safe.
    public RoomGauges gauges() {
        return gauges;
    }

    public boolean has(RoomId id) {
        return rooms.containsKey(id);
    }

    /// Carries out a command; its answer, if it has a request number, is told before this returns.
    public void apply(RoomCommand command, long nowNanos) {
        var room = rooms.get(command.room());
        if (command instanceof RoomCommand.Open open) {
            if (room != null) {
                refuse(command, Refusal.ROOM_EXISTS);
                return;
            }
            if (stopped || rooms.size() >= MAX_ROOMS) {
                refuse(command, Refusal.TOO_MANY_ROOMS);
                return;
            }
            room = open(open);
        }
        if (room == null) {
            refuse(command, Refusal.NO_SUCH_ROOM);
            return;
        }
        try {
            room.apply(command, nowNanos);
        } catch (RuntimeException fault) {
            contain(room, command.getClass().getSimpleName(), fault);
        }
        if (room.isEnded()) {
            forget(room);
        }
    }

    private RoomPart open(RoomCommand.Open command) {
        var room = new Room(command.room(), command.settings(), context, gauges, outbox);
        rooms.put(command.room(), room);
        array = null;
        gauges.add(Gauge.ROOMS, 1);
        return room;
    }

    /// Carries out what another media loop asks. What is about a room that is no more here is
    /// passed over: whoever asks will hear of its end.
    public void apply(LoopCommand command, long nowNanos) {
        var part = rooms.get(command.room());
        if (part == null && command instanceof LoopCommand.Mirror told && !stopped) {
            part = new RoomMirror(told, context, gauges, mirrors, outbox);
            rooms.put(told.room(), part);
            array = null;
        }
        if (part == null) {
            return;
        }
        try {
            apply(part, command, nowNanos);
        } catch (RuntimeException fault) {
            contain(part, command.getClass().getSimpleName(), fault);
        }
        if (part.isEnded()) {
            forget(part);
        }
    }

    private static void apply(RoomPart part, LoopCommand command, long nowNanos) {
        switch (command) {
            case LoopCommand.Mirror c when part instanceof RoomMirror mirror ->
                    mirror.onMirror(c, nowNanos);
            case LoopCommand.EndMirror c when part instanceof RoomMirror mirror ->
                    mirror.onHomeEnded(c.end());
            case LoopCommand.Demand c when part instanceof Room room -> room.onDemand(c, nowNanos);
            case LoopCommand.MirrorFailed _ when part instanceof Room room -> room.onFault();
            case LoopCommand.Mirror _,
                    LoopCommand.EndMirror _,
                    LoopCommand.Demand _,
                    LoopCommand.MirrorFailed _ ->
                    throw new IllegalStateException("not for this part of a room: " + command);
        }
    }

    /// Hands on what has come through a pipe, each packet to the mirror of its track.
    ///
    /// @param most so many, before others get their turn
    /// @return whether there is more
    public boolean onPipe(PipeReader pipe, int most, long nowNanos) {
        for (var i = 0; i < most && pipe.next(); i++) {
            var track = mirrors.find(pipe.channel());
            if (track == null) {
                context.fates().count(Fate.PIPE_UNWANTED);
            } else {
                hand(pipe, track, nowNanos);
            }
        }
        pipe.release();
        return !pipe.isEmpty();
    }

    private void hand(PipeReader pipe, MirroredTrack track, long nowNanos) {
        try {
            track.onPacket(pipe, nowNanos);
        } catch (RuntimeException fault) {
            var part = rooms.get(track.room());
            if (part == null) {
                throw fault;
            }
            contain(part, "a packet from another loop", fault);
        }
    }

    /// Answers a command that no room can answer.
    private void refuse(RoomCommand command, Refusal reason) {
        if (command.request() != MediaCommand.NO_REQUEST) {
            context.events()
                    .onEvent(
                            new RoomEvent.Refused(
                                    command.request(), command.room(), NO_NUMBER, reason));
        }
    }

    /// Makes the core half of a PeerConnection; null when there is no such room or it may have no
    /// more connections.
    public @Nullable Peer openPeer(PeerId id, RoomId room, PeerTransport transport, long nowNanos) {
        var home = rooms.get(room);
        if (home == null) {
            return null;
        }
        try {
            return home.openPeer(id, transport, new Guard(home));
        } catch (RuntimeException fault) {
            contain(home, "opening a peer", fault);
            return null;
        }
    }

    /// When [#onDeadline] wants to be called next, or [Deadlines#NEVER]. Cheap: asked after every
    /// batch of packets.
    public long nextDeadlineNanos() {
        return context.wakeup().nextNanos();
    }

    /// From when on [#onDeadline] has something to do, if the loop is awake anyhow: not later than
    /// [#nextDeadlineNanos], and as cheap.
    public long nextOpportunityNanos() {
        return context.wakeup().opportunityNanos();
    }

    /// Does what is due or may be done. Whatever is due again at once waits for the next call.
    public void onDeadline(long nowNanos) {
        context.wakeup().clear();
        outbox.onDeadline(nowNanos);
        context.wakeup().at(outbox.nextDeadlineNanos());
        for (var room : array()) {
            if (room.nextOpportunityNanos() <= nowNanos) {
                wake(room, nowNanos);
            }
            context.wakeup().at(room.nextOpportunityNanos(), room.nextDeadlineNanos());
        }
    }

    private RoomPart[] array() {
        if (array == null) {
            array = rooms.values().toArray(RoomPart[]::new);
        }
        return array;
    }

    private void wake(RoomPart room, long nowNanos) {
        try {
            room.onDeadline(nowNanos);
        } catch (RuntimeException fault) {
            contain(room, "a deadline", fault);
        }
    }

    /// Ends every room whose home is here, because the server stops. Their mirrors elsewhere hear
    /// of it; those here stay until [#stopMirrors].
    public void stop() {
        stopped = true;
        for (var room : List.copyOf(rooms.values())) {
            if (room instanceof Room) {
                stop(room);
            }
        }
    }

    /// Ends what is left, when the rooms have ended on all loops.
    public void stopMirrors() {
        List.copyOf(rooms.values()).forEach(this::stop);
    }

    private void stop(RoomPart room) {
        try {
            room.end(MediaCommand.NO_REQUEST, RoomEnd.SERVER_STOPPING);
        } catch (RuntimeException fault) {
            contain(room, "stopping", fault);
        }
        forget(room);
    }

    /// Ends the room that a fault came out of, and reports the fault once, together with those that
    /// followed from it.
    private void contain(RoomPart room, String where, RuntimeException fault) {
        try {
            room.onFault();
        } catch (RuntimeException another) {
            fault.addSuppressed(another);
        }
        forget(room);
        gauges.add(Gauge.FAULTS, 1);
        faults.onFault(where, fault);
    }

    private void forget(RoomPart room) {
        if (rooms.remove(room.id(), room)) {
            array = null;
            if (room instanceof Room) {
                gauges.add(Gauge.ROOMS, -1);
            }
        }
    }

    /// What a room hears of its peers, with its faults kept from the caller, who is in the middle
    /// of something else.
    private final class Guard implements PeerListener {
        private final RoomPart room;

        Guard(RoomPart room) {
            this.room = room;
        }

        @Override
        public void onConnected(Peer peer, long nowNanos) {
            try {
                room.onConnected(peer);
            } catch (RuntimeException fault) {
                contain(room, "a peer that connected", fault);
            }
        }

        @Override
        public void onClosed(Peer peer, PeerEnd end, long nowNanos) {
            try {
                room.onClosed(peer, end, nowNanos);
            } catch (RuntimeException fault) {
                contain(room, "a peer that ended", fault);
            }
        }

        @Override
        public void onTalking(
                Peer peer,
                int lineIndex,
                String mid,
                boolean talking,
                double averageLevel,
                long nowNanos) {
            try {
                room.onTalking(peer, lineIndex, mid, talking, averageLevel);
            } catch (RuntimeException fault) {
                contain(room, "a peer that talks", fault);
            }
        }
    }
}
