// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.media;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaDoor;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signalling's end of the [MediaDoor]: numbers what is asked and brings each answer, and each
/// event about a room or a connection, to whoever waits for it. Confined to the signalling loop,
/// except for [#onEvent].
public final class MediaClient implements MediaEvents {
    private static final Logger LOG = LoggerFactory.getLogger(MediaClient.class);
    private static final Duration RETRY = Duration.ofMillis(50);

    /// More events than all connections of a large server bring about while the loop stands still.
    static final int MAX_ARRIVED = 1 << 20;

    /// So many are delivered before requests get their turn.
    private static final int MAX_AT_ONCE = 256;

    private static final Executor LATER =
            CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS);

    private final SignallingLoop loop;
    private final MediaDoor door;
    private final Queue<MediaEvent> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicInteger arrivedCount = new AtomicInteger();
    private final AtomicBoolean delivering = new AtomicBoolean();
    private final LongAdder lost = new LongAdder();
    private final Map<Long, Waiting> waiting = new HashMap<>();
    private final Map<PeerId, Consumer<PeerEvent>> peers = new HashMap<>();
    private final Map<RoomId, Consumer<RoomEvent>> rooms = new HashMap<>();
    private long lastRequest = MediaCommand.NO_REQUEST;
    private long lastId;

    public MediaClient(SignallingLoop loop, MediaDoor door) {
        this.loop = loop;
        this.door = door;
    }

    /// The loop that a new room is best placed on.
    public int leastLoadedLoop() {
        return door.leastLoadedLoop();
    }

    /// The loop that one more subscriber of a room is best placed on.
    ///
    /// @param home where the room lives
    public int loopForSubscriber(int home) {
        return door.loopForSubscriber(home);
    }

    public RoomId newRoomId() {
        return new RoomId(++lastId);
    }

    public PeerId newPeerId() {
        return new PeerId(++lastId);
    }

    /// Sends the command that `command` makes of a request number. Exactly one of the two is
    /// called, later and on the signalling loop: `answer` with the event that answers it, or `full`
    /// when the media loop can take no more.
    public void ask(
            int mediaLoop,
            LongFunction<? extends MediaCommand> command,
            Consumer<MediaEvent> answer,
            Runnable full) {
        var request = ++lastRequest;
        waiting.put(request, new Waiting(answer, full));
        if (!door.send(mediaLoop, command.apply(request))) {
            waiting.remove(request);
            full.run();
        }
    }

    /// Sends a command that nobody waits for; false when the media loop can take no more.
    public boolean tell(int mediaLoop, MediaCommand command) {
        return door.send(mediaLoop, command);
    }

    /// Sends a command that must not get lost, such as the end of something: where the media loop
    /// can take no more, it is tried again until it can.
    public void tellSurely(int mediaLoop, MediaCommand command) {
        if (!door.send(mediaLoop, command)) {
            retry(() -> tellSurely(mediaLoop, command));
        }
    }

    /// Runs `task` a moment later, to try again what a media loop could not take.
    public void retry(Runnable task) {
        loop.schedule(RETRY, task);
    }

    /// Runs `task` once `delay` has passed.
    public SignallingLoop.Timer later(Duration delay, Runnable task) {
        return loop.schedule(delay, task);
    }

    /// Every [PeerEvent] about `peer` that answers no request goes to `listener`, until it is
    /// closed.
    public void listen(PeerId peer, Consumer<PeerEvent> listener) {
        peers.put(peer, listener);
    }

    /// Nothing about `peer` is told any more; for one that was never opened.
    public void forget(PeerId peer) {
        peers.remove(peer);
    }

    /// Every [RoomEvent] about `room` goes to `listener`, the answers to requests too (before they
    /// reach whoever asked), until it has ended.
    public void listen(RoomId room, Consumer<RoomEvent> listener) {
        rooms.put(room, listener);
    }

    /// Nothing about `room` is told any more; for one that was never opened.
    public void forget(RoomId room) {
        rooms.remove(room);
    }

    /// Called on media loops. What happened waits in a queue of its own, in order, so that no flood
    /// of requests makes it get lost; where the signalling loop can take no more, it is tried
    /// again.
    @Override
    public void onEvent(MediaEvent event) {
        if (arrivedCount.incrementAndGet() > MAX_ARRIVED) {
            arrivedCount.decrementAndGet();
            lost.increment();
            return;
        }
        arrived.add(event);
        deliverSoon();
    }

    /// How many events came when far too many waited already. Thread-safe.
    public long lostEvents() {
        return lost.sum();
    }

    private void deliverSoon() {
        if (delivering.compareAndSet(false, true)) {
            callTheLoop();
        }
    }

    /// However many events come meanwhile, one attempt is under way.
    private void callTheLoop() {
        if (!loop.execute(this::deliverArrived) && !loop.isClosed()) {
            LATER.execute(this::callTheLoop);
        }
    }

    private void deliverArrived() {
        delivering.set(false);
        for (var i = 0; i < MAX_AT_ONCE; i++) {
            var event = arrived.poll();
            if (event == null) {
                return;
            }
            arrivedCount.decrementAndGet();
            deliver(event);
        }
        deliverSoon();
    }

    private void deliver(MediaEvent event) {
        try {
            tellListener(event);
        } catch (RuntimeException fault) {
            // Whoever asked is still to be answered.
            LOG.error("the event {} could not be handled", event, fault);
        }
        var asker = waiting.remove(event.request());
        if (asker != null) {
            answer(asker, event);
        }
    }

    private void tellListener(MediaEvent event) {
        switch (event) {
            case RoomEvent about -> {
                var listener =
                        about instanceof RoomEvent.Ended
                                ? rooms.remove(about.room())
                                : rooms.get(about.room());
                if (listener != null) {
                    listener.accept(about);
                }
            }
            case PeerEvent about -> {
                if (about.request() == MediaCommand.NO_REQUEST) {
                    var listener =
                            about instanceof PeerEvent.Closed
                                    ? peers.remove(about.peer())
                                    : peers.get(about.peer());
                    if (listener != null) {
                        listener.accept(about);
                    }
                }
            }
        }
    }

    /// A fault of ours in handling an answer must not leave a client without one.
    private static void answer(Waiting asker, MediaEvent event) {
        try {
            asker.answer().accept(event);
        } catch (RuntimeException fault) {
            LOG.error("the answer {} could not be handled", event, fault);
            fail(asker);
        }
    }

    private static void fail(Waiting asker) {
        try {
            asker.failed().run();
        } catch (RuntimeException fault) {
            LOG.error("nor could that be told", fault);
        }
    }

    /// @param failed what is done instead where the answer cannot be handled
    private record Waiting(Consumer<MediaEvent> answer, Runnable failed) {}
}
