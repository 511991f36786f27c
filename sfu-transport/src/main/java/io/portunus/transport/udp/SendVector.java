// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The array of `struct mmsghdr` that sendmmsg(2) works on, laid out once in native memory. A
/// message is a datagram, or a run of datagrams for one destination, each with an `iovec` of its
/// own, which the system cuts apart by the segment size in a UDP_SEGMENT control message (Linux
/// 4.18, `Documentation/networking/segmentation-offloads.rst`). Confined to its media loop.
///
/// ```
/// mmsghdr, 64 bytes                          cmsghdr, 24 bytes
///   0  name        8  name length              0  length (18)
///  16  iovec      24  iovec count              8  level (SOL_UDP)
///  32  control    40  control length          12  type (UDP_SEGMENT)
///  48  flags      56  bytes transferred       16  segment size, 16 bits
/// ```
final class SendVector {
    private static final long HEADER_BYTES = 64;
    private static final long NAME_LENGTH = 8;
    private static final long IOVEC = 16;
    private static final long IOVEC_COUNT = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long IOVEC_BYTES = 16;
    private static final long IOVEC_LENGTH = 8;
    private static final long CONTROL_BYTES = 24;
    private static final long CONTROL_USED = 18;
    private static final long CONTROL_LEVEL = 8;
    private static final long CONTROL_TYPE = 12;
    private static final long CONTROL_VALUE = 16;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

    private final int capacity;
    private final int datagramCapacity;
    private final MemorySegment memory;
    private final long iovecs;
    private final long names;
    private final long controls;
    private final @Nullable Path[] paths;
    private final int[] segments;
    private final int[] firsts;
    private int messages;
    private int datagrams;

    /// @param messages how many messages it has room for
    /// @param datagrams how many datagrams those are, at least as many as a run may have
    SendVector(Arena arena, int messages, int datagrams) {
        capacity = messages;
        datagramCapacity = datagrams;
        iovecs = messages * HEADER_BYTES;
        names = iovecs + datagrams * IOVEC_BYTES;
        controls = names + (long) messages * Path.SOCKADDR_SLOT_BYTES;
        memory = arena.allocate(controls + messages * CONTROL_BYTES, HEADER_BYTES);
        paths = new Path[messages];
        segments = new int[messages];
        firsts = new int[messages];
        for (var i = 0; i < messages; i++) {
            memory.set(LONG, header(i), memory.address() + name(i));
            memory.set(LONG, header(i) + CONTROL, memory.address() + control(i));
            memory.set(LONG, control(i), CONTROL_USED);
            memory.set(INT, control(i) + CONTROL_LEVEL, Libc.SOL_UDP);
            memory.set(INT, control(i) + CONTROL_TYPE, Libc.UDP_SEGMENT);
        }
    }

    private static long header(int message) {
        return message * HEADER_BYTES;
    }

    private long iovec(int datagram) {
        return iovecs + datagram * IOVEC_BYTES;
    }

    private long name(int message) {
        return names + (long) message * Path.SOCKADDR_SLOT_BYTES;
    }

    private long control(int message) {
        return controls + message * CONTROL_BYTES;
    }

    void clear() {
        Arrays.fill(paths, 0, messages, null);
        messages = 0;
        datagrams = 0;
    }

    boolean isEmpty() {
        return messages == 0;
    }

    /// Whether the longest run still fits.
    boolean hasRoom() {
        return messages < capacity && datagrams + SendQueue.MAX_SEGMENTS <= datagramCapacity;
    }

    int messages() {
        return messages;
    }

    /// Begins a message to `path` with one datagram.
    void begin(Path path, long address, int length) {
        var message = messages++;
        paths[message] = path;
        segments[message] = 0;
        firsts[message] = datagrams;
        path.writeSockaddr(memory, name(message));
        memory.set(INT, header(message) + NAME_LENGTH, path.sockaddrBytes());
        memory.set(LONG, header(message) + IOVEC, memory.address() + iovec(datagrams));
        memory.set(LONG, header(message) + CONTROL_LENGTH, 0);
        append(address, length);
    }

    /// Adds a datagram to the message that was begun last.
    void append(long address, int length) {
        var message = messages - 1;
        memory.set(LONG, iovec(datagrams), address);
        memory.set(LONG, iovec(datagrams) + IOVEC_LENGTH, length);
        memory.set(LONG, header(message) + IOVEC_COUNT, ++segments[message]);
        datagrams++;
    }

    /// Says that the message that was begun last is a run, to be cut apart every `segment` bytes.
    void endRun(int segment) {
        var message = messages - 1;
        memory.set(SHORT, control(message) + CONTROL_VALUE, (short) segment);
        memory.set(LONG, header(message) + CONTROL_LENGTH, CONTROL_BYTES);
    }

    /// What to pass to the system so that it begins with `message`.
    long address(int message) {
        return memory.address() + header(message);
    }

    /// How many datagrams `message` has.
    int segments(int message) {
        return segments[message];
    }

    /// Where `message` goes.
    @Nullable Path path(int message) {
        return paths[message];
    }

    /// Copies `message`, datagram by datagram, into `vector`, which is emptied first.
    void splitInto(SendVector vector, int message) {
        vector.clear();
        var path = paths[message];
        for (var i = 0; path != null && i < segments[message]; i++) {
            var iovec = iovec(firsts[message] + i);
            var length = (int) memory.get(LONG, iovec + IOVEC_LENGTH);
            vector.begin(path, memory.get(LONG, iovec), length);
        }
    }
}
