// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/// The descriptor of a non-blocking UDP socket: opened, bound, sized and asked about through the
/// system's own calls. Confined to its owner.
final class NativeUdpSocket {
    /// `SK_MEMINFO_DROPS`, the last of the nine numbers of SO_MEMINFO.
    private static final long DROPS_OFFSET = 8L * Integer.BYTES;

    private static final int MEMINFO_BYTES = 9 * Integer.BYTES;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort PORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = arena.allocate(Libc.ERRNO_LAYOUT);
    private final MemorySegment value = arena.allocate(64, 8);
    private final MemorySegment valueBytes = arena.allocate(INT);
    private final FileDescriptor fd;
    private final InetSocketAddress localAddress;
    private long drops;
    private int lastDropCount;

    /// @param local port 0 for any
    /// @throws UncheckedIOException naming address and port, when it cannot be bound
    NativeUdpSocket(InetSocketAddress local, int receiveBufferBytes, int sendBufferBytes) {
        var family = Path.familyOf(local.getAddress());
        var type = Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        var number = Libc.socket(errno, family, type);
        if (number < 0) {
            var refused = refused("open a socket for", local);
            arena.close();
            throw refused;
        }
        fd = new FileDescriptor(number);
        try {
            option(Libc.SOL_SOCKET, Libc.SO_RCVBUF, receiveBufferBytes);
            option(Libc.SOL_SOCKET, Libc.SO_SNDBUF, sendBufferBytes);
            option(Libc.SOL_SOCKET, Libc.SO_TIMESTAMPNS, 1);
            if (family == Path.AF_INET6) {
                option(Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1);
            }
            bind(local);
            localAddress = new InetSocketAddress(local.getAddress(), boundPort(local));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void option(int level, int option, int to) {
        value.set(INT, 0, to);
        Libc.setsockopt(errno, fd.intValue(), level, option, value.address());
    }

    private void bind(InetSocketAddress local) {
        var sockaddr = Path.sockaddr(local.getAddress(), local.getPort());
        value.copyFrom(MemorySegment.ofArray(sockaddr));
        var bytes = Path.sockaddrBytes(local.getAddress());
        if (Libc.bind(errno, fd.intValue(), value.address(), bytes) < 0) {
            throw refused("bind", local);
        }
    }

    private int boundPort(InetSocketAddress local) {
        valueBytes.set(INT, 0, (int) value.byteSize());
        var result = Libc.getsockname(errno, fd.intValue(), value.address(), valueBytes.address());
        if (result < 0) {
            throw refused("ask for the port of", local);
        }
        return Short.toUnsignedInt(value.get(PORT, 2));
    }

    private UncheckedIOException refused(String what, InetSocketAddress local) {
        return BindFailure.of(what, local, Libc.message(Libc.errno(errno)));
    }

    FileDescriptor fd() {
        return fd;
    }

    InetSocketAddress localAddress() {
        return localAddress;
    }

    /// Linux doubles what is asked for, to have room for its own records, and tells the double.
    int receiveBufferBytes() {
        return ask(Libc.SOL_SOCKET, Libc.SO_RCVBUF, Integer.BYTES) ? value.get(INT, 0) / 2 : 0;
    }

    int sendBufferBytes() {
        return ask(Libc.SOL_SOCKET, Libc.SO_SNDBUF, Integer.BYTES) ? value.get(INT, 0) / 2 : 0;
    }

    /// Whether one message can be cut apart into a run of datagrams (UDP_SEGMENT, Linux 4.18).
    boolean cutsRuns() {
        return ask(Libc.SOL_UDP, Libc.UDP_SEGMENT, Integer.BYTES);
    }

    /// How many datagrams the kernel has dropped since the socket was opened, provided that this is
    /// asked before another 2^32 are gone, where its own count wraps.
    long drops() {
        if (ask(Libc.SOL_SOCKET, Libc.SO_MEMINFO, MEMINFO_BYTES)) {
            var count = value.get(INT, DROPS_OFFSET);
            drops += Integer.toUnsignedLong(count - lastDropCount);
            lastDropCount = count;
        }
        return drops;
    }

    private boolean ask(int level, int option, int bytes) {
        valueBytes.set(INT, 0, bytes);
        var into = value.address();
        return Libc.getsockopt(errno, fd.intValue(), level, option, into, valueBytes.address())
                == 0;
    }

    void close() {
        try {
            fd.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            arena.close();
        }
    }
}
