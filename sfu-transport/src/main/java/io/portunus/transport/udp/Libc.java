// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The system calls behind [EpollMediaSocket], through the foreign-function API, with the numbers
/// that 64-bit Linux gives their arguments. Each returns what the call returns and leaves its error
/// number in `errno`, an [#ERRNO_LAYOUT]. Stateless, thread-safe.
///
/// Pointers are passed as numbers, which spares the packet path a check per call; whoever passes
/// one keeps its memory alive. Only the calls for clocks and timers are critical: a send takes long
/// enough to hold up a safepoint.
final class Libc {
    static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();

    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x8_0000;

    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_TIMESTAMPNS = 35;
    static final int SO_MEMINFO = 55;
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;

    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;

    private static final int CLOCK_REALTIME = 0;

    /// What the loops' own clock, [System#nanoTime], goes by too.
    private static final int CLOCK_MONOTONIC = 1;

    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EINVAL = 22;
    static final int EMSGSIZE = 90;
    static final int EOPNOTSUPP = 95;
    static final int ENOBUFS = 105;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long MAX_MESSAGE_BYTES = 256;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO =
            ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME =
            call("getsockname", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    // To hand out `errno` leaves garbage wherever the compiler does not see through it. So the
    // calls for packets do without, and one that fails, which has done nothing then, is made again.
    private static final MethodHandle RECVMMSG =
            plain("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle RECVMMSG_AGAIN =
            call("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDMMSG =
            plain("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle SENDMMSG_AGAIN =
            call("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT);
    private static final MethodHandle READ =
            critical("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle TIMERFD_CREATE = call("timerfd_create", JAVA_INT, JAVA_INT);
    private static final MethodHandle TIMERFD_SETTIME =
            critical("timerfd_settime", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOCK_GETTIME =
            critical("clock_gettime", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("strerror"),
                    FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private Libc() {}

    private static MethodHandle call(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle plain(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /// For what is quick and too seldom to be compiled soon: it leaves no garbage even then, and
    /// nothing in `errno`.
    private static MethodHandle critical(
            String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.critical(false));
    }

    /// What the last failed call left in `errno`.
    static int errno(MemorySegment errno) {
        return (int) ERRNO.get(errno, 0L);
    }

    static int socket(MemorySegment errno, int family, int type) {
        try {
            return (int) SOCKET.invokeExact(errno, family, type, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(MemorySegment errno, int fd, long sockaddr, int sockaddrBytes) {
        try {
            return (int) BIND.invokeExact(errno, fd, sockaddr, sockaddrBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockname(MemorySegment errno, int fd, long sockaddr, long sockaddrBytes) {
        try {
            return (int) GETSOCKNAME.invokeExact(errno, fd, sockaddr, sockaddrBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setsockopt(MemorySegment errno, int fd, int level, int option, long value) {
        try {
            return (int) SETSOCKOPT.invokeExact(errno, fd, level, option, value, Integer.BYTES);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockopt(
            MemorySegment errno, int fd, int level, int option, long value, long valueBytes) {
        try {
            return (int) GETSOCKOPT.invokeExact(errno, fd, level, option, value, valueBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Receives up to `count` messages without waiting; how many, or -1.
    static int recvmmsg(MemorySegment errno, int fd, long messages, int count) {
        try {
            var received = (int) RECVMMSG.invokeExact(fd, messages, count, MSG_DONTWAIT, 0L);
            return received >= 0
                    ? received
                    : (int)
                            RECVMMSG_AGAIN.invokeExact(
                                    errno, fd, messages, count, MSG_DONTWAIT, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Sends up to `count` messages without waiting; how many went, or -1 when the first did not.
    static int sendmmsg(MemorySegment errno, int fd, long messages, int count) {
        try {
            var flags = MSG_DONTWAIT | MSG_NOSIGNAL;
            var sent = (int) SENDMMSG.invokeExact(fd, messages, count, flags);
            return sent >= 0
                    ? sent
                    : (int) SENDMMSG_AGAIN.invokeExact(errno, fd, messages, count, flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int close(MemorySegment errno, int fd) {
        try {
            return (int) CLOSE.invokeExact(errno, fd);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Reads up to `bytes` bytes of what does not make it wait; how many, or -1.
    static long read(int fd, long buffer, long bytes) {
        try {
            return (long) READ.invokeExact(fd, buffer, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// A new timer descriptor that is not set, or -1.
    static int timerfd(MemorySegment errno) {
        try {
            return (int)
                    TIMERFD_CREATE.invokeExact(
                            errno, CLOCK_MONOTONIC, SOCK_NONBLOCK | SOCK_CLOEXEC);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Sets a timer descriptor to the `struct itimerspec` at `time`, counted from now.
    static int timerfdSet(int fd, long time) {
        try {
            return (int) TIMERFD_SETTIME.invokeExact(fd, 0, time, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Nanoseconds since 1970 of the clock that received datagrams are stamped with.
    ///
    /// @param timespec 16 bytes to work with
    static long realtimeNanos(MemorySegment timespec) {
        try {
            var _ = (int) CLOCK_GETTIME.invokeExact(CLOCK_REALTIME, timespec.address());
            return nanos(timespec, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// The `struct timespec` at `offset`.
    static long nanos(MemorySegment memory, long offset) {
        return memory.get(JAVA_LONG, offset) * NANOS_PER_SECOND
                + memory.get(JAVA_LONG, offset + Long.BYTES);
    }

    /// An error number in the system's words.
    static String message(int error) {
        try {
            var text = (MemorySegment) STRERROR.invokeExact(error);
            return text.reinterpret(MAX_MESSAGE_BYTES).getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// The calls themselves throw nothing; what reaches here is a broken linkage or an [Error].
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a system call could not be made", e);
    }
}
