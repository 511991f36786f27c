// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static java.util.Objects.requireNonNull;

import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomId;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.room.OtherLoops;
import io.portunus.core.room.Rooms;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.WallClock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// A media loop in virtual time, with everything of the core that lives on one and with transports
/// that only pretend: what a test needs to see a whole room at work. Every step is checked.
public final class SimulatedLoop {
    /// Enough for some seconds of a small room.
    static final int MEMORY_SLOTS = 4_096;

    private static final long UNIX_NANOS = 1_700_000_000L * VirtualTime.SECONDS;

    private final SimulatedLoops all;
    private final int self;
    private final FateCounters fates = new FateCounters();
    private final List<RuntimeException> faults = new ArrayList<>();
    private final Map<PeerId, SimulatedTransport> transports = new LinkedHashMap<>();
    private final LoopContext context;
    private final Rooms rooms;
    private boolean endsHeld;
    private boolean endAsked;

    /// The only loop of its server.
    public SimulatedLoop(long seed) {
        this(seed, MEMORY_SLOTS);
    }

    /// @param memorySlots how many packets are kept
    public SimulatedLoop(long seed, int memorySlots) {
        this(new SimulatedLoops(0, seed, memorySlots, 0), seed, memorySlots, OtherLoops.NONE);
        all.only(this);
    }

    SimulatedLoop(SimulatedLoops all, long seed, int memorySlots, OtherLoops others) {
        this.all = all;
        self = others.self();
        var memory = new byte[memorySlots * PacketMemory.SLOT_BYTES];
        context =
                new LoopContext(
                        new PacketMemory(MemorySegment.ofArray(memory)),
                        new WallClock(time().nowNanos(), UNIX_NANOS),
                        fates,
                        new Random(seed),
                        events());
        rooms = new Rooms(context, (_, fault) -> faults.add(fault), others);
    }

    public VirtualTime time() {
        return all.time();
    }

    public EventChecker events() {
        return all.events();
    }

    public FateCounters fates() {
        return fates;
    }

    public Rooms rooms() {
        return rooms;
    }

    LoopContext context() {
        return context;
    }

    /// The faults of our own that were contained.
    public List<RuntimeException> faults() {
        return faults;
    }

    /// Sends the command that `command` makes of a request number; what was told until it was done.
    public List<MediaEvent> ask(LongFunction<RoomCommand> command) {
        var made = command.apply(all.nextRequest());
        events().onCommand(made);
        if (made instanceof RoomCommand.Unsubscribe c) {
            events().onUnsubscribed(c.subscriber(), c.slots());
        }
        var before = events().count();
        rooms.apply(made, time().nowNanos());
        afterCall();
        return events().since(before);
    }

    /// A connection of `room`, whose client gets what is sent to it; fails when the room takes
    /// none.
    public SimulatedTransport open(RoomId room, Consumer<byte[]> rtp, Consumer<byte[]> rtcp) {
        var transport = new SimulatedTransport(this, all.nextPeer(), rtp, rtcp);
        var peer = rooms.openPeer(transport.id(), room, transport, time().nowNanos());
        transport.host(requireNonNull(peer, "the room takes one more connection"));
        transports.put(transport.id(), transport);
        return transport;
    }

    /// A connection whose client listens to nothing.
    public SimulatedTransport open(RoomId room) {
        return open(room, _ -> {}, _ -> {});
    }

    /// Ends every room, because the server stops.
    public void stop() {
        rooms.stop();
        afterCall();
    }

    /// While held, transports report no end, as when more is asked before they come to it.
    public void holdEnds(boolean held) {
        endsHeld = held;
        afterCall();
    }

    /// What a media loop does when a call into the core has returned: ends what was to be ended.
    void afterCall() {
        if (endAsked && !endsHeld) {
            endAsked = false;
            List.copyOf(transports.values()).forEach(SimulatedTransport::endIfAsked);
        }
        all.publish(self);
    }

    /// Some transport is to end when the call that asked for it has returned.
    void onEndAsked() {
        endAsked = true;
    }

    void onEnded(SimulatedTransport transport, PeerEnd end) {
        transports.remove(transport.id());
        events().onEvent(new PeerEvent.Closed(transport.id(), end));
    }

    /// Does all that is due, on all loops, until `duration` has passed.
    public void run(long durationNanos) {
        all.run(durationNanos);
    }
}
