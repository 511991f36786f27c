// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings what waits for one receiver to it: in batches, again after a failure, waiting longer each
/// time. Told the time; only the receiver may make it wait. Confined to its thread, but for the
/// counters.
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    /// Beyond this many failures the wait grows no more.
    private static final int MAX_DOUBLINGS = 30;

    private final HandlerSettings settings;
    private final EventQueue queue;
    private final Receiver receiver;
    private final RandomGenerator random;
    private final LongFunction<byte[]> lossEvent;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private int failures;
    private long retryAtNanos = Long.MIN_VALUE;
    private long toldDropped;

    /// @param lossEvent the event that says how many were lost
    Courier(
            HandlerSettings settings,
            EventQueue queue,
            Receiver receiver,
            RandomGenerator random,
            LongFunction<byte[]> lossEvent) {
        this.settings = settings;
        this.queue = queue;
        this.receiver = receiver;
        this.random = random;
        this.lossEvent = lossEvent;
    }

    /// Delivers what is due.
    ///
    /// @return when there may be something to do again; the largest number when nothing waits
    long turn(long nowNanos) throws InterruptedException {
        if (nowNanos < retryAtNanos) {
            return retryAtNanos;
        }
        var due = queue.dueAtNanos(nowNanos);
        if (due > nowNanos) {
            return due;
        }
        var dropped = queue.dropped();
        var lost = dropped - toldDropped;
        if (lost > 0 && !settings.grouping()) {
            // Alone, and before what followed it.
            return tellLoss(lost, dropped, nowNanos);
        }
        var batch = queue.take();
        if (batch.isEmpty()) {
            return nowNanos;
        }
        if (failures > 0) {
            retries.increment();
        }
        var message = settings.grouping() ? array(batch, lost) : batch.getFirst().json();
        return switch (deliver(message, batch.size(), batch.getFirst().number())) {
            case DELIVERED -> {
                delivered.add(batch.size());
                toldDropped = dropped;
                failures = 0;
                yield nowNanos;
            }
            case REFUSED -> {
                queue.drop(batch.size());
                yield onFailure(nowNanos);
            }
            case FAILED -> {
                queue.putBack(batch);
                yield onFailure(nowNanos);
            }
        };
    }

    /// A fault on the way to one receiver is a failure like any other.
    private Receiver.Outcome deliver(byte[] message, int events, long first)
            throws InterruptedException {
        try {
            return receiver.deliver(message, events, first);
        } catch (RuntimeException fault) {
            LOG.error("the event handler {} has failed", settings.name(), fault);
            return Receiver.Outcome.FAILED;
        }
    }

    private long tellLoss(long lost, long dropped, long nowNanos) throws InterruptedException {
        if (deliver(lossEvent.apply(lost), 1, 0) == Receiver.Outcome.FAILED) {
            return onFailure(nowNanos);
        }
        toldDropped = dropped;
        return nowNanos;
    }

    /// Exponential, with full jitter above one half, so that many servers do not come back at once.
    private long onFailure(long nowNanos) {
        failures++;
        var limits = settings.limits();
        var longest = limits.longestRetry().toNanos();
        var first = limits.firstRetry().toNanos();
        var doublings = Math.min(failures - 1, MAX_DOUBLINGS);
        var wait = first > longest >> doublings ? longest : first << doublings;
        retryAtNanos = nowNanos + wait / 2 + random.nextLong(wait / 2 + 1);
        return retryAtNanos;
    }

    private byte[] array(List<EventQueue.Entry> batch, long lost) {
        var out = new ByteArrayOutputStream();
        out.write('[');
        if (lost > 0) {
            out.writeBytes(lossEvent.apply(lost));
            out.write(',');
        }
        for (var i = 0; i < batch.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(batch.get(i).json());
        }
        out.write(']');
        return out.toByteArray();
    }

    /// How many events were delivered.
    long delivered() {
        return delivered.sum();
    }

    /// How many messages were tried again.
    long retries() {
        return retries.sum();
    }

    /// Whether the last message failed.
    boolean isFailing() {
        return failures > 0;
    }

    static byte[] utf8(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
