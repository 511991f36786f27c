// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.udp.Poller;
import io.portunus.bench.load.udp.Urgency;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsPermits;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpCiphers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The thread that receives for all connections. It looks once in a millisecond and reads what has
/// gathered: the kernel says when each datagram came, so nothing is measured less exactly, and the
/// server's sends have nobody to wake up.
public final class Network implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000L;

    /// How often whoever waits for the thread looks whether it is still there.
    private static final long PATIENCE_MILLIS = 5;

    private static final long TICK_NANOS = 10_000_000L;

    private final SecureRandom random = new SecureRandom();
    private final DtlsIdentity identity = DtlsIdentity.selfSigned(random);
    private final DtlsPermits permits = new DtlsPermits(Runtime.getRuntime().availableProcessors());
    private final SrtpCipherProvider ciphers = SrtpCiphers.choose("jdk");
    private final WallClock clock = new WallClock();
    private final Poller poller = new Poller();
    private final List<Connection> connections = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;
    private volatile @Nullable Throwable fault;

    public void start() {
        Thread.ofPlatform().name("network").daemon().start(this::run);
    }

    private void run() {
        try {
            Urgency.ofThisThread();
            var nextTick = System.nanoTime();
            while (!closed) {
                for (var task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                poller.poll();
                var now = System.nanoTime();
                if (now - nextTick >= 0) {
                    nextTick = now + TICK_NANOS;
                    clock.onTick(now);
                    for (var connection : connections) {
                        connection.onTick(now);
                    }
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (RuntimeException | Error thrown) {
            fault = thrown;
            throw thrown;
        } finally {
            ended.countDown();
        }
    }

    void execute(Runnable task) {
        tasks.add(task);
    }

    /// Does something on the network thread and waits for it. Thread-safe.
    ///
    /// @throws IllegalStateException if the thread has ended, with what ended it as its cause
    public void executeAndWait(Runnable task) {
        var future = new FutureTask<>(task, true);
        execute(future);
        try {
            while (!future.isDone()) {
                if (ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) && !future.isDone()) {
                    throw new IllegalStateException("the network thread has ended", fault);
                }
            }
            future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the network thread failed", e);
        }
    }

    /// @throws IllegalStateException if the thread has ended by a fault, which is its cause
    public void checkAlive() {
        if (fault != null) {
            throw new IllegalStateException("the network thread has ended", fault);
        }
    }

    void add(Connection connection) {
        execute(() -> {
            connections.add(connection);
            poller.add(connection.socket(), connection);
        });
    }

    /// How many datagrams the kernel threw away because this generator did not read them in time.
    public long drops() {
        var drops = new long[1];
        executeAndWait(() -> connections.forEach(each -> drops[0] += each.socket().drops()));
        return drops[0];
    }

    /// How often ICE roles were in conflict.
    public long roleConflicts() {
        var conflicts = new long[1];
        executeAndWait(() -> connections.forEach(each -> conflicts[0] += each.roleConflicts()));
        return conflicts[0];
    }

    SecureRandom random() {
        return random;
    }

    DtlsIdentity identity() {
        return identity;
    }

    DtlsPermits permits() {
        return permits;
    }

    SrtpCipherProvider ciphers() {
        return ciphers;
    }

    WallClock clock() {
        return clock;
    }

    /// Ends the thread and closes all connections.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(Connection::close);
        poller.close();
    }
}
