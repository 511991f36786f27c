// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.time.Duration;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One receiver with its queue, its courier and the thread that does the waiting. Thread-safe.
public final class EventHandler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventHandler.class);

    /// How long what still waits may take to go out when the server stops.
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final HandlerSettings settings;
    private final EventQueue queue;
    private final Courier courier;
    private final Receiver receiver;
    private final Thread thread;

    EventHandler(
            HandlerSettings settings,
            Receiver receiver,
            RandomGenerator random,
            LongFunction<byte[]> lossEvent) {
        this.settings = settings;
        this.receiver = receiver;
        queue = new EventQueue(settings);
        courier = new Courier(settings, queue, receiver, random, lossEvent);
        thread = Thread.ofVirtual().name("events " + settings.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean wants(EventType type) {
        return settings.types().contains(type);
    }

    boolean takesSdps() {
        return settings.sdps();
    }

    void add(byte[] json, long nowNanos) {
        queue.add(json, nowNanos);
    }

    /// For logs and meters.
    public String name() {
        return settings.name();
    }

    /// Events that wait.
    public int queued() {
        return queue.size();
    }

    /// Events delivered since the start.
    public long delivered() {
        return courier.delivered();
    }

    /// Events lost since the start.
    public long dropped() {
        return queue.dropped();
    }

    /// Messages that were tried again since the start.
    public long retries() {
        return courier.retries();
    }

    private void run() {
        try {
            while (true) {
                var seen = queue.changes();
                var nowNanos = System.nanoTime();
                var next = courier.turn(nowNanos);
                if (queue.isClosed() && (queue.size() == 0 || courier.isFailing())) {
                    return;
                }
                if (next > nowNanos) {
                    queue.await(seen, next == Long.MAX_VALUE ? next : next - nowNanos);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Sends what still waits, unless that takes too long.
    @Override
    public void close() {
        queue.close();
        try {
            if (!thread.join(LAST_WORDS)) {
                thread.interrupt();
                LOG.warn(
                        "{} events for the handler {} were not sent any more",
                        queue.size(),
                        settings.name());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        receiver.close();
    }
}
