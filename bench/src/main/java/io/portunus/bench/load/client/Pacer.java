// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.client.Tally.Count;
import io.portunus.bench.load.udp.SendBatch;
import io.portunus.bench.load.udp.Urgency;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpCiphers;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// The thread that sends every published packet at its time, and notes how late it was. It sleeps
/// until shortly before and spins the rest, since a sleep ends when it likes.
public final class Pacer implements AutoCloseable {
    private static final long SPIN_NANOS = 100_000L;
    private static final long LONGEST_SLEEP_NANOS = 10_000_000L;
    private static final long REPORT_NANOS = 1_000_000_000L;
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;

    /// One stream and when its next burst is due.
    private static final class Turn implements Comparable<Turn> {
        private final Connection connection;
        private final Uplink uplink;
        private final OutgoingStream stream;
        private long dueNanos;
        private long reportNanos;

        Turn(Connection connection, Uplink uplink, OutgoingStream stream, long dueNanos) {
            this.connection = connection;
            this.uplink = uplink;
            this.stream = stream;
            this.dueNanos = dueNanos;
            reportNanos = dueNanos;
        }

        @Override
        public int compareTo(Turn other) {
            return Long.signum(dueNanos - other.dueNanos);
        }
    }

    private final SrtpCipherProvider ciphers = SrtpCiphers.choose("jdk");
    private final WallClock clock = new WallClock();
    private final PriorityQueue<Turn> turns = new PriorityQueue<>();
    private final ConcurrentLinkedQueue<Turn> newTurns = new ConcurrentLinkedQueue<>();
    private final Histogram lag = new Histogram(1, HIGHEST_NANOS, DIGITS);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final MeasureWindow window;
    private final Tally tally;
    private volatile boolean closed;
    private volatile @Nullable Throwable fault;

    public Pacer(MeasureWindow window, Tally tally) {
        this.window = window;
        this.tally = tally;
    }

    public void start() {
        Thread.ofPlatform().name("pacer").daemon().start(this::run);
    }

    /// Starts sending all streams of a connected publisher. Thread-safe.
    ///
    /// @param phase 0 to 1: where in the interval between bursts, so that not all send at once
    public void add(Connection connection, Uplink uplink, double phase) {
        for (var stream : uplink.streams()) {
            var interval = stream.shape().burstNanos();
            var start = System.nanoTime() + interval + (long) (phase * interval);
            newTurns.add(new Turn(connection, uplink, stream, start));
        }
    }

    private void run() {
        try (var batch = new SendBatch()) {
            Urgency.ofThisThread();
            while (!closed) {
                for (var turn = newTurns.poll(); turn != null; turn = newTurns.poll()) {
                    turns.add(turn);
                }
                var next = turns.peek();
                var now = System.nanoTime();
                var left = next == null ? LONGEST_SLEEP_NANOS : next.dueNanos - now;
                if (next != null && left <= 0) {
                    turns.remove();
                    send(next, batch, now);
                    turns.add(next);
                } else if (left > SPIN_NANOS) {
                    LockSupport.parkNanos(Math.min(left - SPIN_NANOS, LONGEST_SLEEP_NANOS));
                } else {
                    Thread.onSpinWait();
                }
            }
        } catch (RuntimeException | Error thrown) {
            fault = thrown;
            throw thrown;
        } finally {
            ended.countDown();
        }
    }

    /// @throws IllegalStateException if the thread has ended by a fault, which is its cause
    public void checkAlive() {
        if (fault != null) {
            throw new IllegalStateException("the pacer has ended", fault);
        }
    }

    private void send(Turn turn, SendBatch batch, long nowNanos) {
        clock.onTick(nowNanos);
        var due = turn.dueNanos;
        var wall = clock.toWall(nowNanos);
        var count = turn.uplink.send(turn.stream, turn.connection, ciphers, batch, due, wall);
        var late = System.nanoTime() - due;
        var refusedBefore = batch.refused();
        batch.send(turn.connection.socket());
        tally.add(Count.SENT, count);
        if (window.contains(due)) {
            tally.add(Count.PUBLISHED, count);
            tally.add(Count.REFUSED, batch.refused() - refusedBefore);
            lag.recordValue(Math.clamp(late, 1, HIGHEST_NANOS));
        }
        if (nowNanos - turn.reportNanos >= 0) {
            turn.reportNanos = nowNanos + REPORT_NANOS;
            if (turn.stream.equals(turn.uplink.streams().getFirst())) {
                turn.uplink.report(turn.connection, ciphers, wall);
            }
        }
        turn.dueNanos += turn.stream.shape().burstNanos();
    }

    /// How late the bursts that count were, in nanoseconds. Only after [#close].
    public Histogram lag() {
        return lag;
    }

    @Override
    public void close() {
        closed = true;
        try {
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
