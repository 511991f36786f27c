// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Sends what one socket has queued in as few messages and calls as possible: equal-sized datagrams
/// for one destination as one run. Makes no object per datagram. Confined to its media loop.
///
/// A run that is refused goes out datagram by datagram, each with a fate of its own. Where the path
/// takes no runs at all, none are tried for a while.
final class BatchSender {
    /// How many datagrams wait for a flush at most; then they are sent early.
    static final int QUEUE = 2_048;

    /// How many messages one call takes at most; its memory stays in a core's cache.
    private static final int MESSAGES = 256;

    private final SendCall call;
    private final Runnable complete;
    private final FateCounters fates;
    private final SendCounters counters;
    private final SendQueue queue;
    private final SendVector vector;
    private final SendVector single;

    /// @param complete makes what is queued whole; called before any of it is sent
    /// @param runs whether the system can cut runs apart
    BatchSender(
            Arena arena,
            SendCall call,
            Runnable complete,
            FateCounters fates,
            SendCounters counters,
            boolean runs) {
        this.call = call;
        this.complete = complete;
        this.fates = fates;
        this.counters = counters;
        queue = new SendQueue(QUEUE, runs);
        vector = new SendVector(arena, MESSAGES, MESSAGES + QUEUE / 2);
        single = new SendVector(arena, SendQueue.MAX_SEGMENTS, 2 * SendQueue.MAX_SEGMENTS);
    }

    /// Queues the `length` bytes at `address`.
    void queue(Path path, long address, int length) {
        if (queue.isFull()) {
            flush();
        }
        queue.add(path, address, length);
    }

    void flush() {
        if (queue.isEmpty()) {
            return;
        }
        complete.run();
        var full = false;
        while (queue.moveTo(vector)) {
            full = full ? lose(vector, 0) : send(vector);
        }
        queue.clear();
    }

    /// Sends the messages of `vector`. True when the system is full and the rest was given up.
    private boolean send(SendVector vector) {
        var next = 0;
        while (next < vector.messages()) {
            var result = call.send(vector.address(next), vector.messages() - next);
            if (result > 0) {
                count(vector, next, next + result);
                next += result;
            } else if (isFull(-result)) {
                counters.count(SendCount.REFUSED_FULL);
                return giveUp(vector, next);
            } else if (result != -Libc.EINTR) {
                if (passOver(vector, next, -result)) {
                    return giveUp(vector, next + 1);
                }
                next++;
            }
        }
        return false;
    }

    private static boolean isFull(int error) {
        return error == Libc.EAGAIN || error == Libc.ENOBUFS || error == Libc.ENOMEM;
    }

    private void count(SendVector vector, int from, int to) {
        var datagrams = 0;
        for (var message = from; message < to; message++) {
            var segments = vector.segments(message);
            datagrams += segments;
            if (segments > 1) {
                counters.count(SendCount.RUNS);
                counters.add(SendCount.SEGMENTS, segments);
            }
        }
        counters.count(SendCount.CALLS);
        counters.add(SendCount.MESSAGES, to - from);
        fates.add(Fate.DATAGRAM_SENT, datagrams);
    }

    /// Media that waits is late media: what doesn't fit now is lost now, and next time it is
    /// somebody else's turn to lose.
    private boolean giveUp(SendVector vector, int from) {
        var path = from < vector.messages() ? vector.path(from) : null;
        if (path != null) {
            queue.startWith(path);
        }
        return lose(vector, from);
    }

    private boolean lose(SendVector vector, int from) {
        for (var message = from; message < vector.messages(); message++) {
            fates.add(Fate.SOCKET_FULL, vector.segments(message));
        }
        return true;
    }

    /// Goes on after `message` was refused. True when the system turned out to be full.
    private boolean passOver(SendVector vector, int message, int error) {
        if (vector.segments(message) == 1) {
            counters.count(SendCount.REFUSED_OTHER);
            fates.count(Fate.SOCKET_ERROR);
            return false;
        }
        counters.count(refusal(error));
        noteRefusal(vector.path(message), error);
        vector.splitInto(single, message);
        var full = send(single);
        single.clear();
        return full;
    }

    private static SendCount refusal(int error) {
        return switch (error) {
            case Libc.EINVAL, Libc.EMSGSIZE -> SendCount.REFUSED_SIZE;
            case Libc.EIO, Libc.EOPNOTSUPP -> SendCount.REFUSED_OFFLOAD;
            default -> SendCount.REFUSED_OTHER;
        };
    }

    /// Only what says something about runs counts against them.
    private void noteRefusal(@Nullable Path path, int error) {
        if (path != null && refusal(error) != SendCount.REFUSED_OTHER && path.refusedRun()) {
            counters.count(SendCount.FALLBACKS);
        }
    }
}
