// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A socket of ours and a remote address: where datagrams to one client go. Made once, when the
/// client's address becomes known. Immutable, but for what the queue of its socket notes on it, on
/// their media loop.
///
/// Two paths are equal when they join the same socket to the same address.
public final class Path {
    /// A `sockaddr_in6` (28 bytes) and 4 more, so that it is written as four longs.
    static final int SOCKADDR_SLOT_BYTES = 32;

    static final int SOCKADDR_IN_BYTES = 16;
    static final int SOCKADDR_IN6_BYTES = 28;
    static final short AF_INET = 2;
    static final short AF_INET6 = 10;

    /// The lower long of the IPv6 form of an IPv4 address, but for the address itself.
    static final long IPV4_MAPPED = 0xFFFFL << 32;

    /// How many chances to send a run are let pass after the path refused one: by then it may lead
    /// another way.
    static final int RUNS_LET_PASS = 4_096;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final MediaSocket socket;
    private final long addressHigh;
    private final long addressLow;
    private final int port;

    /// The sockaddr as it lies in memory, in four longs.
    private final long first;

    private final long second;
    private final long third;
    private final long fourth;

    private int chain;
    private int runsToLetPass;

    /// @param addressHigh the upper half of the 128 bits of the address, as [Datagram] has them
    /// @param port 1 to 65535 for one that can be sent to
    public Path(MediaSocket socket, long addressHigh, long addressLow, int port) {
        this.socket = socket;
        this.addressHigh = addressHigh;
        this.addressLow = addressLow;
        this.port = port;
        var sockaddr =
                ByteBuffer.wrap(encode(addressHigh, addressLow, port))
                        .order(ByteOrder.nativeOrder());
        first = sockaddr.getLong(0);
        second = sockaddr.getLong(8);
        third = sockaddr.getLong(16);
        fourth = sockaddr.getLong(24);
    }

    /// The path from `socket` to `remote`, which must be resolved.
    public static Path to(MediaSocket socket, InetSocketAddress remote) {
        var address = remote.getAddress();
        return new Path(socket, highOf(address), lowOf(address), remote.getPort());
    }

    /// The upper long of the IPv6 form of `address`.
    public static long highOf(InetAddress address) {
        var bytes = address.getAddress();
        return bytes.length == 4 ? 0 : ByteBuffer.wrap(bytes).getLong(0);
    }

    /// The lower long of the IPv6 form of `address`.
    public static long lowOf(InetAddress address) {
        var bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == 4
                ? IPV4_MAPPED | Integer.toUnsignedLong(bytes.getInt(0))
                : bytes.getLong(8);
    }

    /// AF_INET or AF_INET6.
    static short familyOf(InetAddress address) {
        return isIpv4(highOf(address), lowOf(address)) ? AF_INET : AF_INET6;
    }

    /// A `sockaddr` in [#SOCKADDR_SLOT_BYTES].
    static byte[] sockaddr(InetAddress address, int port) {
        return encode(highOf(address), lowOf(address), port);
    }

    static int sockaddrBytes(InetAddress address) {
        return familyOf(address) == AF_INET ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
    }

    private static byte[] encode(long addressHigh, long addressLow, int port) {
        var sockaddr = ByteBuffer.allocate(SOCKADDR_SLOT_BYTES);
        var ipv4 = isIpv4(addressHigh, addressLow);
        sockaddr.order(ByteOrder.nativeOrder()).putShort(ipv4 ? AF_INET : AF_INET6);
        sockaddr.order(ByteOrder.BIG_ENDIAN).putShort((short) port);
        if (ipv4) {
            sockaddr.putInt((int) addressLow);
        } else {
            // In between lies the flow label.
            sockaddr.putInt(0).putLong(addressHigh).putLong(addressLow);
        }
        return sockaddr.array();
    }

    private static boolean isIpv4(long addressHigh, long addressLow) {
        return addressHigh == 0 && (addressLow & ~0xFFFF_FFFFL) == IPV4_MAPPED;
    }

    public MediaSocket socket() {
        return socket;
    }

    public long addressHigh() {
        return addressHigh;
    }

    public long addressLow() {
        return addressLow;
    }

    public int port() {
        return port;
    }

    public boolean isIpv4() {
        return isIpv4(addressHigh, addressLow);
    }

    /// The remote address as the JDK has it; a new object.
    public InetSocketAddress remote() {
        var bytes = ByteBuffer.allocate(isIpv4() ? 4 : 16);
        if (isIpv4()) {
            bytes.putInt((int) addressLow);
        } else {
            bytes.putLong(addressHigh).putLong(addressLow);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes.array()), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    int sockaddrBytes() {
        return isIpv4() ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
    }

    /// Writes the sockaddr to the [#SOCKADDR_SLOT_BYTES] at `offset`.
    void writeSockaddr(MemorySegment memory, long offset) {
        memory.set(LONG, offset, first);
        memory.set(LONG, offset + 8, second);
        memory.set(LONG, offset + 16, third);
        memory.set(LONG, offset + 24, fourth);
    }

    /// Which chain of a [SendQueue] was this path's when last something was queued for it.
    int chain() {
        return chain;
    }

    void chain(int chain) {
        this.chain = chain;
    }

    /// Reads what sending needs, so that it is near then.
    public int touch() {
        return chain + port + (int) (first + fourth);
    }

    /// Asked when a run could be sent: whether to.
    boolean takesRun() {
        return runsToLetPass == 0 || --runsToLetPass == 0;
    }

    /// A run was refused: none for a while. False when this was known.
    boolean refusedRun() {
        var wasKnown = runsToLetPass > 0;
        runsToLetPass = RUNS_LET_PASS;
        return !wasKnown;
    }

    /// Our end of it.
    public InetSocketAddress local() {
        return socket.localAddress();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Path path
                && path.socket.equals(socket)
                && path.addressHigh == addressHigh
                && path.addressLow == addressLow
                && path.port == port;
    }

    @Override
    public int hashCode() {
        return (int) hash(0, addressHigh, addressLow, port);
    }

    /// Spreads an address over 64 bits, differently for each `key`.
    static long hash(long key, long addressHigh, long addressLow, int port) {
        return mix(mix(mix(key ^ addressHigh) ^ addressLow) ^ port);
    }

    /// A multiplication by the golden ratio between two folds: neighbours end up far apart.
    private static long mix(long bits) {
        var spread = (bits ^ bits >>> 32) * 0x9E37_79B9_7F4A_7C15L;
        return spread ^ spread >>> 29;
    }

    @Override
    public String toString() {
        return socket.localAddress() + " to " + remote();
    }
}
