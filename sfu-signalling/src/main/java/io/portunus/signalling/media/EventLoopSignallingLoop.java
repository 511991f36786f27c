// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.media;

import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The signalling loop over a thread of its own, with a bounded queue. Thread-safe.
public final class EventLoopSignallingLoop implements SignallingLoop, AutoCloseable {
    /// The most tasks that wait for the loop.
    public static final int MAX_QUEUED = 65_536;

    /// The most tasks that may wait for another request of a client to be taken.
    public static final int MAX_OFFERED = MAX_QUEUED / 2;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoopSignallingLoop.class);
    private static final int STOP_SECONDS = 2;

    private final DefaultEventLoop loop =
            new DefaultEventLoop(new DefaultThreadFactory("signalling", true));
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger timers = new AtomicInteger();

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public boolean isInLoop() {
        return loop.inEventLoop();
    }

    @Override
    public boolean offer(Runnable task) {
        return queued.get() < MAX_OFFERED && execute(task);
    }

    @Override
    public boolean execute(Runnable task) {
        if (queued.incrementAndGet() > MAX_QUEUED) {
            queued.decrementAndGet();
            return false;
        }
        try {
            loop.execute(() -> {
                queued.decrementAndGet();
                contained(task);
            });
            return true;
        } catch (RejectedExecutionException _) {
            queued.decrementAndGet();
            return false;
        }
    }

    @Override
    public boolean isClosed() {
        return loop.isShuttingDown();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        timers.incrementAndGet();
        var scheduled =
                loop.schedule(
                        () -> {
                            timers.decrementAndGet();
                            contained(task);
                        },
                        delay.toNanos(),
                        TimeUnit.NANOSECONDS);
        return () -> {
            if (scheduled.cancel(false)) {
                timers.decrementAndGet();
            }
        };
    }

    /// How many tasks wait for their time.
    public int timers() {
        return timers.get();
    }

    /// How many tasks wait.
    public int queued() {
        return queued.get();
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /// A fault in one task must not end the loop that runs all the others.
    private static void contained(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException fault) {
            LOG.error("a task of the signalling loop failed", fault);
        }
    }
}
