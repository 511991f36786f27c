// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Reads many sockets, each in batches. It never waits: since the kernel notes the time of receipt,
/// whoever looks seldom reads more at once and measures the same. Confined to one thread.
public final class Poller implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int EVENTS = 256;

    /// How many batches of one socket are read before the others get their turn.
    private static final int ROUNDS = 8;

    /// `struct epoll_event` is packed on x86-64: 4 bytes of flags, 8 of data; elsewhere aligned.
    private static final long EVENT_BYTES = System.getProperty("os.arch").equals("amd64") ? 12 : 16;

    private static final long DATA_AT = EVENT_BYTES - Long.BYTES;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment events = arena.allocate(EVENTS * EVENT_BYTES, 16);
    private final Messages messages = new Messages(arena, BATCH);
    private final int epoll = Linux.epollCreate();
    private final List<UdpSocket> sockets = new ArrayList<>();
    private final List<DatagramListener> listeners = new ArrayList<>();

    /// Starts reading a socket.
    public void add(UdpSocket socket, DatagramListener listener) {
        events.set(ValueLayout.JAVA_INT_UNALIGNED, 0, Linux.EPOLLIN);
        events.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA_AT, sockets.size());
        sockets.add(socket);
        listeners.add(listener);
        if (Linux.epollAdd(epoll, socket.fd(), events.address()) < 0) {
            throw new IllegalStateException("a socket cannot be watched");
        }
    }

    /// Reads what is there.
    public void poll() {
        var count = Linux.epollReady(epoll, events.address(), EVENTS);
        for (var i = 0; i < count; i++) {
            var at = i * EVENT_BYTES + DATA_AT;
            read((int) events.get(ValueLayout.JAVA_LONG_UNALIGNED, at));
        }
    }

    private void read(int which) {
        var fd = sockets.get(which).fd();
        var listener = listeners.get(which);
        for (var round = 0; round < ROUNDS; round++) {
            for (var i = 0; i < BATCH; i++) {
                messages.expect(i);
            }
            var count = Linux.recvmmsg(fd, messages.address(0), BATCH);
            for (var i = 0; i < count; i++) {
                listener.onDatagram(
                        messages.memory(),
                        messages.slot(i),
                        messages.received(i),
                        messages.sender(i),
                        messages.receivedAt(i));
            }
            if (count < BATCH) {
                return;
            }
        }
    }

    @Override
    public void close() {
        Linux.close(epoll);
        arena.close();
    }
}
