// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;

/// A non-blocking UDP socket whose datagrams come with the time at which the kernel got them.
/// Sending is thread-safe; receiving is for its [Poller].
public final class UdpSocket implements AutoCloseable {
    /// Two seconds of a large meeting.
    private static final int BUFFER_BYTES = 8 << 20;

    /// `SK_MEMINFO_DROPS`, the last of the nine numbers of SO_MEMINFO.
    private static final long DROPS_AT = 8L * Integer.BYTES;

    private static final int MEMINFO_BYTES = 9 * Integer.BYTES;

    private final int fd;
    private final long local;
    private boolean closed;

    /// Opens a socket at any free port of `address`.
    public UdpSocket(InetAddress address) {
        fd = Linux.udpSocket();
        if (fd < 0) {
            throw new IllegalStateException("no UDP socket is to be had: too many open files?");
        }
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(64, 8);
            option(value, Linux.SO_RCVBUF, BUFFER_BYTES);
            option(value, Linux.SO_SNDBUF, BUFFER_BYTES);
            // Beyond the system's limit only for root, whom the last word belongs to.
            option(value, Linux.SO_RCVBUFFORCE, BUFFER_BYTES);
            option(value, Linux.SO_SNDBUFFORCE, BUFFER_BYTES);
            option(value, Linux.SO_TIMESTAMPNS, 1);
            Address.write(value, 0, Address.of(address, 0));
            if (Linux.bind(fd, value.address(), Address.SOCKADDR_BYTES) < 0) {
                Linux.close(fd);
                throw new IllegalStateException("cannot bind " + address.getHostAddress());
            }
            value.set(ValueLayout.JAVA_INT, 32, Address.SOCKADDR_BYTES);
            Linux.getsockname(fd, value.address(), value.address() + 32);
            local = Address.read(value, 0);
        }
    }

    private void option(MemorySegment value, int option, int to) {
        value.set(ValueLayout.JAVA_INT, 0, to);
        Linux.setsockopt(fd, option, value.address(), Integer.BYTES);
    }

    int fd() {
        return fd;
    }

    /// As [Address] has it.
    public long local() {
        return local;
    }

    /// Sends one datagram; false when the system does not take it.
    public synchronized boolean send(byte[] datagram, long to) {
        if (closed) {
            return false;
        }
        try (var arena = Arena.ofConfined()) {
            var messages = new Messages(arena, 1);
            MemorySegment.copy(
                    datagram,
                    0,
                    messages.memory(),
                    ValueLayout.JAVA_BYTE,
                    messages.slot(0),
                    datagram.length);
            messages.send(0, datagram.length, to);
            return Linux.sendmmsg(fd, messages.address(0), 1) == 1;
        }
    }

    /// How many datagrams the kernel threw away because we were too slow.
    public synchronized long drops() {
        if (closed) {
            return 0;
        }
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(64, 8);
            value.set(ValueLayout.JAVA_INT, 48, MEMINFO_BYTES);
            var failed =
                    Linux.getsockopt(fd, Linux.SO_MEMINFO, value.address(), value.address() + 48);
            return failed < 0
                    ? 0
                    : Integer.toUnsignedLong(value.get(ValueLayout.JAVA_INT, DROPS_AT));
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Linux.close(fd);
        }
    }
}
