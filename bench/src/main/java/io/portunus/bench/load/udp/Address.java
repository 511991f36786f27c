// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// An IPv4 address and port in one long, so that none is made per datagram: the address in bits 16
/// to 47, the port below. 0 is none.
public final class Address {
    /// No address.
    public static final long NONE = 0;

    static final int SOCKADDR_BYTES = 16;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Address() {}

    /// @throws IllegalArgumentException for IPv6, which the generator does not speak
    public static long of(InetAddress address, int port) {
        if (!(address instanceof Inet4Address)) {
            throw new IllegalArgumentException(
                    "the load generator speaks IPv4 only, not " + address.getHostAddress());
        }
        return Integer.toUnsignedLong(ByteBuffer.wrap(address.getAddress()).getInt()) << 16 | port;
    }

    public static int port(long address) {
        return (int) address & 0xFFFF;
    }

    /// The four bytes of the address as a number.
    public static int ip(long address) {
        return (int) (address >>> 16);
    }

    /// As the JDK has it; a new object.
    public static InetSocketAddress toSocketAddress(long address) {
        try {
            var bytes = ByteBuffer.allocate(4).putInt(ip(address)).array();
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 bytes are an address", e);
        }
    }

    /// Writes a `sockaddr_in` at `offset`.
    static void write(MemorySegment memory, long offset, long address) {
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, (short) Linux.AF_INET);
        memory.set(SHORT, offset + 2, (short) port(address));
        memory.set(INT, offset + 4, ip(address));
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + 8, 0);
    }

    /// Reads the `sockaddr_in` at `offset`.
    static long read(MemorySegment memory, long offset) {
        return Integer.toUnsignedLong(memory.get(INT, offset + 4)) << 16
                | (memory.get(SHORT, offset + 2) & 0xFFFF);
    }
}
