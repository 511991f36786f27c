// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The array of `struct mmsghdr` that recvmmsg(2) works on, each with one `iovec` and one socket
/// address, laid out once in native memory. Confined to its media loop.
///
/// ```
/// mmsghdr, 64 bytes                          iovec, 16 bytes
///   0  name        8  name length              0  base
///  16  iovec      24  iovec count (1)          8  length
///  32  control    40  control length
///  48  flags      56  bytes transferred
/// ```
final class MessageVector {
    private static final long HEADER_BYTES = 64;
    private static final long NAME_LENGTH = 8;
    private static final long IOVEC = 16;
    private static final long IOVEC_COUNT = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long FLAGS = 48;
    private static final long TRANSFERRED = 56;
    private static final long IOVEC_BYTES = 16;
    private static final long IOVEC_LENGTH = 8;

    /// A `cmsghdr` of 16 bytes and the `timespec` of SO_TIMESTAMPNS.
    private static final long STAMP_BYTES = 32;

    private static final long STAMP_LEVEL = 8;
    private static final long STAMP_TYPE = 12;
    private static final long STAMP_TIME = 16;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort PORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt IPV4 =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong IPV6 =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;
    private final long iovecs;
    private final long names;
    private final long stamp;

    MessageVector(Arena arena, int messages) {
        iovecs = messages * HEADER_BYTES;
        names = iovecs + messages * IOVEC_BYTES;
        stamp = names + (long) messages * Path.SOCKADDR_SLOT_BYTES;
        memory = arena.allocate(stamp + STAMP_BYTES, HEADER_BYTES);
        for (var i = 0; i < messages; i++) {
            memory.set(LONG, header(i), memory.address() + name(i));
            memory.set(LONG, header(i) + IOVEC, memory.address() + iovec(i));
            memory.set(LONG, header(i) + IOVEC_COUNT, 1);
        }
    }

    private static long header(int message) {
        return message * HEADER_BYTES;
    }

    private long iovec(int message) {
        return iovecs + message * IOVEC_BYTES;
    }

    private long name(int message) {
        return names + (long) message * Path.SOCKADDR_SLOT_BYTES;
    }

    /// What to pass to the system so that it begins with `message`.
    long address(int message) {
        return memory.address() + header(message);
    }

    /// Says which bytes `message` transfers.
    void bytes(int message, long address, int length) {
        memory.set(LONG, iovec(message), address);
        memory.set(LONG, iovec(message) + IOVEC_LENGTH, length);
    }

    /// Gives the system room for the sender's address; needed before each receipt, which shortens
    /// it.
    void expectSender(int message) {
        memory.set(INT, header(message) + NAME_LENGTH, Path.SOCKADDR_IN6_BYTES);
    }

    /// Gives the system room to say when it received the first message of the next batch.
    void expectStamp() {
        memory.set(LONG, CONTROL, memory.address() + stamp);
        memory.set(LONG, CONTROL_LENGTH, STAMP_BYTES);
    }

    /// When the system received the first message, in nanoseconds since 1970; 0 if it doesn't say.
    long stampNanos() {
        var isStamp =
                memory.get(LONG, CONTROL_LENGTH) >= STAMP_BYTES
                        && memory.get(INT, stamp + STAMP_LEVEL) == Libc.SOL_SOCKET
                        && memory.get(INT, stamp + STAMP_TYPE) == Libc.SO_TIMESTAMPNS;
        return isStamp ? Libc.nanos(memory, stamp + STAMP_TIME) : 0;
    }

    /// How many bytes of `message` were received.
    int received(int message) {
        return memory.get(INT, header(message) + TRANSFERRED);
    }

    /// Whether `message` was longer than the room for it.
    boolean wasTruncated(int message) {
        return (memory.get(INT, header(message) + FLAGS) & Libc.MSG_TRUNC) != 0;
    }

    /// Copies the sender's address of a received message.
    void readSender(int message, Datagram datagram) {
        readAddress(memory, name(message), datagram);
    }

    /// Reads the `sockaddr_in` or `sockaddr_in6` at `offset`, a multiple of 8 where the memory is
    /// aligned to it.
    static void readAddress(MemorySegment memory, long offset, Datagram datagram) {
        var port = Short.toUnsignedInt(memory.get(PORT, offset + 2));
        if (memory.get(ValueLayout.JAVA_SHORT, offset) == Path.AF_INET) {
            var address = Integer.toUnsignedLong(memory.get(IPV4, offset + 4));
            datagram.from(0, Path.IPV4_MAPPED | address, port);
        } else {
            datagram.from(memory.get(IPV6, offset + 8), memory.get(IPV6, offset + 16), port);
        }
    }
}
