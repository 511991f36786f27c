// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A timer descriptor that Netty's epoll event loop watches: leaves no garbage however often it is
/// set. Confined to its media loop.
final class EpollTimer implements LoopTimer, EpollIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(EpollTimer.class);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    // Of `struct itimerspec`: an interval, which stays 0, and what it is set to.
    private static final long SECONDS = 16;
    private static final long NANOS = 24;
    private static final long ITIMERSPEC_BYTES = 32;

    private final Runnable onTime;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = arena.allocate(Libc.ERRNO_LAYOUT);
    private final MemorySegment time = arena.allocate(ITIMERSPEC_BYTES, Long.BYTES);
    private final MemorySegment expirations = arena.allocate(Long.BYTES, Long.BYTES);
    private final FileDescriptor fd;
    private @Nullable IoRegistration registration;
    private boolean set;
    private boolean closed;

    /// @throws IllegalStateException when the system has none to give
    EpollTimer(IoEventLoop loop, Runnable onTime) {
        this.onTime = onTime;
        var made = Libc.timerfd(errno);
        if (made < 0) {
            var why = Libc.message(Libc.errno(errno));
            arena.close();
            throw new IllegalStateException("no timer: " + why);
        }
        fd = new FileDescriptor(made);
        loop.register(this).addListener(this::onRegistered);
    }

    private void onRegistered(Future<? super IoRegistration> registered) {
        if (!registered.isSuccess()) {
            LOG.error("a media loop's timer cannot be watched", registered.cause());
            return;
        }
        registration = (IoRegistration) registered.getNow();
        registration.submit(EpollIoOps.EPOLLIN);
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    @Override
    public void set(long delayNanos) {
        set = true;
        arm(delayNanos);
    }

    @Override
    public void stop() {
        if (set) {
            set = false;
            arm(0);
        }
    }

    private void arm(long delayNanos) {
        if (closed) {
            return;
        }
        time.set(JAVA_LONG, SECONDS, delayNanos / NANOS_PER_SECOND);
        time.set(JAVA_LONG, NANOS, delayNanos % NANOS_PER_SECOND);
        if (Libc.timerfdSet(fd.intValue(), time.address()) < 0) {
            throw new IllegalStateException("the timer cannot be set");
        }
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (closed) {
            return;
        }
        // Once read, it is quiet until it goes off again.
        var read = Libc.read(fd.intValue(), expirations.address(), Long.BYTES);
        if (read == Long.BYTES && set) {
            set = false;
            onTime.run();
        }
    }

    /// Also called by the event loop when it ends.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (registration != null) {
            registration.cancel();
        }
        Libc.close(errno, fd.intValue());
        arena.close();
    }
}
