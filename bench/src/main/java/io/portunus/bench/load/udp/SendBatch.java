// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Datagrams that are built in native memory and go out by one call. Confined to one thread.
public final class SendBatch implements AutoCloseable {
    /// How many fit.
    public static final int MAX = 64;

    private final Arena arena = Arena.ofShared();
    private final Messages messages = new Messages(arena, MAX);
    private int count;
    private long refused;

    /// Where packets are built.
    public MemorySegment memory() {
        return messages.memory();
    }

    /// Where the next packet is to begin in [#memory], with 2048 bytes of room.
    public long next() {
        return messages.slot(count);
    }

    public boolean isFull() {
        return count == MAX;
    }

    /// The `length` bytes at [#next] are for `destination`.
    public void add(int length, long destination) {
        messages.send(count++, length, destination);
    }

    /// Sends all; what the system does not take is counted and lost.
    public void send(UdpSocket socket) {
        var sent = 0;
        while (sent < count) {
            var more = Linux.sendmmsg(socket.fd(), messages.address(sent), count - sent);
            if (more <= 0) {
                refused += count - sent;
                break;
            }
            sent += more;
        }
        count = 0;
    }

    /// How many datagrams the system did not take.
    public long refused() {
        return refused;
    }

    @Override
    public void close() {
        arena.close();
    }
}
