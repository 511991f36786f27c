// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/// The system calls of the load generator, with the numbers that 64-bit Linux gives their
/// arguments. Each returns what the call returns, negative when it failed. Stateless, thread-safe.
final class Linux {
    static final int AF_INET = 2;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x8_0000;

    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_RCVBUFFORCE = 33;
    static final int SO_TIMESTAMPNS = 35;
    static final int SO_MEMINFO = 55;

    static final int SCHED_RR = 2;
    private static final int PRIO_PROCESS = 0;

    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLLIN = 1;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME =
            call("getsockname", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RECVMMSG =
            call("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDMMSG =
            call("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE = call("epoll_create1", JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT =
            call("epoll_wait", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle SCHEDULE =
            call("sched_setscheduler", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle PRIORITY = call("setpriority", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SET_AFFINITY =
            call("sched_setaffinity", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOSE = call("close", JAVA_INT);

    private Linux() {}

    private static MethodHandle call(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments));
    }

    static int udpSocket() {
        try {
            return (int) SOCKET.invokeExact(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(int fd, long sockaddr, int bytes) {
        try {
            return (int) BIND.invokeExact(fd, sockaddr, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockname(int fd, long sockaddr, long bytes) {
        try {
            return (int) GETSOCKNAME.invokeExact(fd, sockaddr, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setsockopt(int fd, int option, long value, int bytes) {
        try {
            return (int) SETSOCKOPT.invokeExact(fd, SOL_SOCKET, option, value, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockopt(int fd, int option, long value, long bytes) {
        try {
            return (int) GETSOCKOPT.invokeExact(fd, SOL_SOCKET, option, value, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Receives up to `count` messages without waiting.
    static int recvmmsg(int fd, long messages, int count) {
        try {
            return (int) RECVMMSG.invokeExact(fd, messages, count, MSG_DONTWAIT, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Sends up to `count` messages without waiting.
    static int sendmmsg(int fd, long messages, int count) {
        try {
            return (int) SENDMMSG.invokeExact(fd, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int epollCreate() {
        try {
            return (int) EPOLL_CREATE.invokeExact(SOCK_CLOEXEC);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int epollAdd(int epoll, int fd, long event) {
        try {
            return (int) EPOLL_CTL.invokeExact(epoll, EPOLL_CTL_ADD, fd, event);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Which descriptors are ready now; never waits.
    static int epollReady(int epoll, long events, int count) {
        try {
            return (int) EPOLL_WAIT.invokeExact(epoll, events, count, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Has the calling thread run before all ordinary ones; negative where that is not allowed.
    static int schedule(int policy, long parameters) {
        try {
            return (int) SCHEDULE.invokeExact(0, policy, parameters);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Has the calling thread run more readily than others; negative where that is not allowed.
    static int nice(int nice) {
        try {
            return (int) PRIORITY.invokeExact(PRIO_PROCESS, 0, nice);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Lets a thread run on the processors of a mask of `bytes` bytes only.
    static int setAffinity(int thread, long bytes, long mask) {
        try {
            return (int) SET_AFFINITY.invokeExact(thread, bytes, mask);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void close(int fd) {
        try {
            var _ = (int) CLOSE.invokeExact(fd);
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
