// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An array of `struct mmsghdr` with one `iovec`, one address, one datagram's bytes and room for
/// the time of receipt each, laid out once in native memory. Confined to one thread.
///
/// ```
/// mmsghdr, 64 bytes                          control: cmsghdr, 16 bytes, and a timespec
///   0  name        8  name length              0  length
///  16  iovec      24  iovec count (1)          8  level    12  type
///  32  control    40  control length          16  seconds
///  48  flags      56  bytes transferred       24  nanoseconds
/// ```
final class Messages {
    /// The longest datagram.
    static final int SLOT_BYTES = 2_048;

    private static final long HEADER_BYTES = 64;
    private static final long NAME_LENGTH = 8;
    private static final long IOVEC = 16;
    private static final long IOVEC_COUNT = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long TRANSFERRED = 56;
    private static final long IOVEC_BYTES = 16;
    private static final long CONTROL_BYTES = 64;
    private static final long TIMESTAMP_CONTROL_BYTES = 32;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private final MemorySegment memory;
    private final long iovecs;
    private final long names;
    private final long controls;
    private final long slots;

    Messages(Arena arena, int count) {
        iovecs = count * HEADER_BYTES;
        names = iovecs + count * IOVEC_BYTES;
        controls = names + (long) count * Address.SOCKADDR_BYTES;
        slots = controls + count * CONTROL_BYTES;
        memory = arena.allocate(slots + (long) count * SLOT_BYTES, HEADER_BYTES);
        for (var i = 0; i < count; i++) {
            var header = i * HEADER_BYTES;
            memory.set(LONG, header, memory.address() + name(i));
            memory.set(LONG, header + IOVEC, memory.address() + iovec(i));
            memory.set(LONG, header + IOVEC_COUNT, 1);
            memory.set(LONG, iovec(i), memory.address() + slot(i));
        }
    }

    private long iovec(int message) {
        return iovecs + message * IOVEC_BYTES;
    }

    private long name(int message) {
        return names + (long) message * Address.SOCKADDR_BYTES;
    }

    private long control(int message) {
        return controls + message * CONTROL_BYTES;
    }

    /// What the slots are in.
    MemorySegment memory() {
        return memory;
    }

    /// Where the bytes of `message` begin in [#memory].
    long slot(int message) {
        return slots + (long) message * SLOT_BYTES;
    }

    /// What to pass to the system so that it begins with `message`.
    long address(int message) {
        return memory.address() + message * HEADER_BYTES;
    }

    /// Says that the first `length` bytes of its slot go to `destination`.
    void send(int message, int length, long destination) {
        Address.write(memory, name(message), destination);
        memory.set(INT, message * HEADER_BYTES + NAME_LENGTH, Address.SOCKADDR_BYTES);
        memory.set(LONG, iovec(message) + Long.BYTES, length);
    }

    /// Makes room for a datagram, its sender and its time; needed before each receipt.
    void expect(int message) {
        var header = message * HEADER_BYTES;
        memory.set(INT, header + NAME_LENGTH, Address.SOCKADDR_BYTES);
        memory.set(LONG, iovec(message) + Long.BYTES, SLOT_BYTES);
        memory.set(LONG, header + CONTROL, memory.address() + control(message));
        memory.set(LONG, header + CONTROL_LENGTH, CONTROL_BYTES);
    }

    int received(int message) {
        return memory.get(INT, message * HEADER_BYTES + TRANSFERRED);
    }

    long sender(int message) {
        return Address.read(memory, name(message));
    }

    /// When the kernel got it, in nanoseconds of the wall clock; 0 where it does not say.
    long receivedAt(int message) {
        var control = control(message);
        if (memory.get(LONG, message * HEADER_BYTES + CONTROL_LENGTH) < TIMESTAMP_CONTROL_BYTES
                || memory.get(INT, control + 12) != Linux.SO_TIMESTAMPNS) {
            return 0;
        }
        return memory.get(LONG, control + 16) * NANOS_PER_SECOND + memory.get(LONG, control + 24);
    }
}
