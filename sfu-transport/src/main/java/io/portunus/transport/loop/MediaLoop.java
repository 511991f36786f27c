// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.forward.Shedding;
import io.portunus.core.peer.LinkThresholds;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.pipe.PipeReader;
import io.portunus.core.room.Rooms;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.WallClock;
import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.udp.DelayHistogram;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.SendCount;
import io.portunus.transport.udp.SendCounters;
import io.portunus.transport.udp.SocketSetup;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One media loop: a thread that owns its sockets, the peers that are reached by them and the rooms
/// of those. Everything it does is a short step: a datagram, a command, a result of slow work, a
/// deadline. A fault in a step ends the peer or room that it was for, never the loop.
///
/// Started, stopped, offered to and measured by any thread; the rest is confined to the loop.
final class MediaLoop {
    /// Where outgoing packets are built: room for a burst of eight to two hundred subscribers, so
    /// that it goes out in runs. What a batch doesn't need of it costs nothing.
    private static final long EGRESS_BYTES = 2 << 20;

    /// How many commands, and how many results of slow work, one turn takes before packets get
    /// theirs.
    private static final int TURN = 256;

    /// After how many of them the clock is read, as the turn may have become long.
    private static final int LOOK_AT_CLOCK = 16;

    private static final long CACHE_LINE = 64;
    private static final long STOP_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(MediaLoop.class);

    private final int index;
    private final LoopSettings settings;
    private final Arena arena = Arena.ofShared();
    private final FateCounters fates = new FateCounters();
    private final SendCounters sends = new SendCounters();
    private final DelayHistogram delays = new DelayHistogram();
    private final EventLoopGroup group;
    private final LoopInbox inbox;
    private final Wakeup wakeup;
    private final EgressMemory egress;
    private final LoopSockets sockets;
    private final Rooms rooms;
    private final LoopPeers peers;
    private final Commands commands;
    private final LoopPipes pipes;
    private final PipeTurn pipeTurn;
    private final Shedding shedding = new Shedding();
    private final InboxPace pace = new InboxPace();
    private final LoopOverload overload = new LoopOverload();
    private final LoopLoad load = new LoopLoad(System.nanoTime());
    private final String cipherProvider;
    private long sentWhenMeasured;
    private long lostWhenMeasured;
    private volatile long lastTurnNanos = System.nanoTime();
    private boolean stopped;

    /// Opens the sockets; nothing is read from them before [#start].
    ///
    /// @throws java.io.UncheckedIOException naming address and port, when one cannot be bound
    MediaLoop(
            int index,
            LoopSettings settings,
            LinkThresholds thresholds,
            WallClock clock,
            PeerFactory factory,
            MediaEvents events,
            LoopPipes pipes) {
        this.index = index;
        this.pipes = pipes;
        pipeTurn = new PipeTurn(pipes, this::hand, System::nanoTime);
        this.settings = settings;
        cipherProvider = factory.cipherProvider();
        var loops =
                new MultiThreadIoEventLoopGroup(1, this::thread, settings.sockets().ioHandlers());
        group = loops;
        LoopSockets opened = null;
        try {
            var eventLoop = loops.next();
            var outgoing = arena.allocate(EGRESS_BYTES, CACHE_LINE);
            egress = new EgressMemory(outgoing, factory::completePackets, this::flush);
            opened = LoopSockets.open(settings, setup(eventLoop, egress), settings.portOf(index));
            sockets = opened;
            var memory = arena.allocate(settings.packetMemoryBytes(), CACHE_LINE);
            var context =
                    new LoopContext(
                            new PacketMemory(memory),
                            clock,
                            fates,
                            new SecureRandom(),
                            events,
                            thresholds,
                            shedding);
            var faults = new FaultLog(fates);
            inbox = new LoopInbox(group, this::onInbox);
            wakeup =
                    new Wakeup(
                            eventLoop,
                            this::onWakeup,
                            onTime -> settings.sockets().timer(eventLoop, onTime));
            peers = new LoopPeers(context, egress, sockets.candidates(), inbox, wakeup, faults);
            rooms = new Rooms(context, faults, pipes);
            commands = new Commands(peers, rooms, factory, overload);
        } catch (RuntimeException | Error e) {
            abandon(opened);
            throw e;
        }
    }

    private Thread thread(Runnable work) {
        return new FastThreadLocalThread(work, "media-" + index);
    }

    private SocketSetup setup(IoEventLoop eventLoop, EgressMemory egress) {
        return new SocketSetup(
                eventLoop,
                egress,
                fates,
                sends,
                delays,
                settings.receiveBufferBytes(),
                settings.sendBufferBytes(),
                settings.segmentation());
    }

    /// Of a loop that could not be made nothing stays.
    private void abandon(@Nullable LoopSockets opened) {
        if (opened != null) {
            opened.close();
        }
        end();
    }

    /// Before [#start] of any.
    void connect(LoopPipes.Neighbours neighbours) {
        pipes.connect(neighbours);
    }

    LoopPipes pipes() {
        return pipes;
    }

    void start() {
        group.execute(this::onStart);
    }

    private void onStart() {
        sockets.start(new Datagrams(peers, turn));
        var _ = group.scheduleAtFixedRate(this::onSecond, 1, 1, TimeUnit.SECONDS);
    }

    /// Says where it listens. Thread-safe.
    void log() {
        LOG.info("media loop {} listens on {}", index, sockets.localAddresses());
        if (index == 0) {
            sockets.logBuffers(settings);
        }
    }

    /// Thread-safe. False, and nothing will come of it, when the inbox is full or the loop stopped.
    boolean send(MediaCommand command) {
        return inbox.offer(command);
    }

    /// Thread-safe. Another loop has put something into a pipe to this one.
    void wake() {
        inbox.askForTurn();
    }

    private final Datagrams.Turn turn =
            new Datagrams.Turn() {
                @Override
                public long start(boolean atOnce) {
                    return startTurn(atOnce);
                }

                @Override
                public void end(long nowNanos) {
                    endTurn(nowNanos);
                    takeOpportunity(nowNanos);
                }
            };

    private long startTurn() {
        return startTurn(false);
    }

    private long startTurn(boolean atOnce) {
        var now = System.nanoTime();
        lastTurnNanos = now;
        if (!atOnce) {
            load.onTurnStart(now);
        }
        return now;
    }

    private void endTurn(long nowNanos) {
        flush();
        pipes.publish();
        wakeup.want(rooms.nextDeadlineNanos());
        wakeup.set(nowNanos);
        if (load.onTurnEnd(peers.count(), System.nanoTime())) {
            onMeasured();
        }
    }

    /// What the rooms may do by now they do as the next step, as the loop is awake.
    private void takeOpportunity(long nowNanos) {
        if (rooms.nextOpportunityNanos() <= nowNanos) {
            wakeup.early();
        }
    }

    private void onMeasured() {
        sockets.countDrops(fates);
        var sent = fates.get(Fate.DATAGRAM_SENT);
        var lost = fates.get(Fate.KERNEL_DROPPED);
        shedding.onMeasured(
                delays.takeRecentNanos(),
                load.permille(),
                sent - sentWhenMeasured,
                lost - lostWhenMeasured);
        sentWhenMeasured = sent;
        lostWhenMeasured = lost;
        overload.set(shedding);
    }

    private void flush() {
        sockets.flush();
        egress.reset();
    }

    private void onInbox() {
        if (stopped) {
            return;
        }
        var now = System.nanoTime();
        if (pace.mayLook(now)) {
            takeFromInbox();
        } else {
            wakeup.afterSockets(now);
        }
    }

    private void takeFromInbox() {
        inbox.startTurn();
        var now = startTurn();
        takeCommands(now);
        var callsBefore = sends.get(SendCount.CALLS);
        if (pipeTurn.run(now) || !inbox.isEmpty()) {
            inbox.askForTurn();
        }
        endTurn(now);
        takeOpportunity(now);
        var done = System.nanoTime();
        pace.done(done);
        var since = pipeTurn.sinceNanos();
        if (since != 0 && sends.get(SendCount.CALLS) != callsBefore) {
            delays.record(done - since);
        }
    }

    private void takeCommands(long nowNanos) {
        for (var i = 1; i <= TURN; i++) {
            var command = inbox.nextCommand();
            var task = inbox.nextTask();
            if (command == null && task == null) {
                return;
            }
            if (command != null) {
                commands.apply(command, nowNanos);
            }
            if (task != null) {
                commands.run(task, nowNanos);
            }
            if (i % LOOK_AT_CLOCK == 0 && System.nanoTime() - nowNanos > InboxPace.MOST_NANOS) {
                return;
            }
        }
    }

    private boolean hand(PipeReader pipe, int most, long nowNanos) {
        try {
            return rooms.onPipe(pipe, most, nowNanos);
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError fault) {
            peers.onFault("a packet from another loop", null, fault);
            return true;
        } finally {
            peers.closeWaiting(nowNanos);
        }
    }

    private void onWakeup() {
        if (stopped) {
            return;
        }
        var now = startTurn();
        wakeup.onTime();
        if (pace.onTimer(now)) {
            takeFromInbox();
        }
        if (rooms.nextOpportunityNanos() <= now) {
            commands.onRoomDeadline(now);
        }
        peers.onDeadline(now);
        wakeup.want(peers.nextDeadlineNanos());
        endTurn(now);
    }

    /// Shows that the loop is alive though nothing happens.
    private void onSecond() {
        if (!stopped) {
            endTurn(startTurn());
        }
    }

    /// Ends the rooms that are at home here and tells about it. Waits for the loop, for a few
    /// seconds at most. To be called of all loops before any is stopped, so that those who are on
    /// another loop than their room hear of its end before their connection ends.
    void stopRooms() {
        awaitStep(() -> {
            var now = startTurn();
            rooms.stop();
            peers.closeWaiting(now);
            endTurn(now);
        });
    }

    /// Waits until the loop has done this, for a few seconds at most.
    private void awaitStep(Runnable step) {
        try {
            group.submit(step).awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException _) {
            LOG.warn("media loop {} has ended before it was stopped", index);
        }
    }

    /// Ends its rooms and peers, tells about it, and frees everything. Waits for the loop, for a
    /// few seconds at most; false where it has not ended by then.
    boolean stop() {
        inbox.close();
        awaitStep(this::onStop);
        return end();
    }

    private void onStop() {
        var now = startTurn();
        rooms.stop();
        rooms.stopMirrors();
        peers.closeWaiting(now);
        peers.stop(now);
        flush();
        stopped = true;
        wakeup.close();
        sockets.close();
    }

    private boolean end() {
        var ended = group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
        if (ended.awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS)) {
            arena.close();
            return true;
        }
        LOG.warn("media loop {} has not ended; its memory is left to it", index);
        return false;
    }

    /// Thread-safe, as is everything that follows.
    int peers() {
        return peers.count();
    }

    /// What part of its time it works, in thousandths, those who have just come included.
    int expectedLoadPermille() {
        return load.expectedPermille(peers.count());
    }

    List<InetSocketAddress> localAddresses() {
        return sockets.localAddresses();
    }

    LoopCounters counters() {
        return new LoopCounters(
                index,
                fates,
                sends,
                delays,
                rooms.gauges(),
                peers.count(),
                inbox.waiting(),
                lastTurnNanos,
                settings.sockets(),
                sockets.sendRuns(),
                cipherProvider,
                load.permille(),
                overload);
    }
}
