// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for one receiver: bounded in number and in bytes, the oldest gives way, and what was
/// lost is counted. Events are numbered from 1; numbers that are missing were lost. Thread-safe.
final class EventQueue {
    /// The bytes that separate two events, or enclose all.
    private static final int SEPARATOR_BYTES = 1;

    private final int maxEvents;
    private final long maxBytes;
    private final int fullEvents;
    private final int fullBytes;
    private final long delayNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private long numbered;
    private long dropped;
    private long changes;
    private boolean closed;

    /// One event as it is sent.
    static final class Entry {
        private final long number;
        private final long atNanos;
        private final byte[] json;

        private Entry(long number, long atNanos, byte[] json) {
            this.number = number;
            this.atNanos = atNanos;
            this.json = json;
        }

        long number() {
            return number;
        }

        byte[] json() {
            return json;
        }
    }

    EventQueue(HandlerSettings settings) {
        var limits = settings.limits();
        maxEvents = limits.queueEvents();
        maxBytes = limits.queueBytes();
        fullEvents = settings.grouping() ? limits.batchEvents() : 1;
        fullBytes = limits.batchBytes();
        delayNanos = limits.delay().toNanos();
    }

    void add(byte[] json, long nowNanos) {
        lock.lock();
        try {
            numbered++;
            if (closed || json.length > maxBytes) {
                dropped++;
                return;
            }
            var wasQuiet = entries.isEmpty();
            var wasFull = isFull();
            entries.add(new Entry(numbered, nowNanos, json));
            bytes += json.length;
            shrink();
            if (wasQuiet || isFull() != wasFull) {
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes the oldest, as many as fit into one message, at least one.
    List<Entry> take() {
        lock.lock();
        try {
            var taken = new ArrayList<Entry>();
            var size = SEPARATOR_BYTES;
            while (!entries.isEmpty() && taken.size() < fullEvents) {
                var next = entries.getFirst().json().length + SEPARATOR_BYTES;
                if (!taken.isEmpty() && size + next > fullBytes) {
                    break;
                }
                size += next;
                var entry = entries.removeFirst();
                bytes -= entry.json().length;
                taken.add(entry);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// What was taken could not be delivered: it is the oldest again, and gives way first.
    void putBack(List<Entry> taken) {
        lock.lock();
        try {
            for (var entry : taken.reversed()) {
                entries.addFirst(entry);
                bytes += entry.json().length;
            }
            shrink();
        } finally {
            lock.unlock();
        }
    }

    private void shrink() {
        while (entries.size() > maxEvents || bytes > maxBytes) {
            bytes -= entries.removeFirst().json().length;
            dropped++;
        }
    }

    /// What was taken will never be delivered.
    void drop(int count) {
        lock.lock();
        try {
            dropped += count;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    /// How many were lost since the start.
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /// When the next message is to go: at once when one is full, or when the oldest has waited for
    /// long enough; the largest number when nothing waits.
    long dueAtNanos(long nowNanos) {
        lock.lock();
        try {
            if (entries.isEmpty()) {
                return Long.MAX_VALUE;
            }
            return isFull() || closed ? nowNanos : entries.getFirst().atNanos + delayNanos;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return entries.size() >= fullEvents || bytes >= fullBytes;
    }

    private void wake() {
        changes++;
        changed.signalAll();
    }

    /// How often there was a reason to look what is due.
    long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there is a reason to look what is due that `seen` does not count, but not for
    /// longer than `nanos`.
    void await(long seen, long nanos) throws InterruptedException {
        lock.lock();
        try {
            var left = nanos;
            while (changes == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more is taken in; what waits is due.
    void close() {
        lock.lock();
        try {
            closed = true;
            wake();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
