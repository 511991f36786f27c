// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A UDP socket that Netty's epoll event loop watches and that is read by recvmmsg and written by
/// sendmmsg, equal-sized datagrams for one destination as one message where the system can cut them
/// apart, straight into and out of native memory. Makes no object per datagram. Confined to its
/// media loop.
///
/// Of the first datagram of each batch, which has waited longest, it is measured how long it took
/// from the kernel's receipt to the end of the batch, when everything that came of it has been
/// sent.
final class EpollMediaSocket implements MediaSocket, EpollIoHandle {
    /// How many batches one wake-up reads at most, so that commands and deadlines get their turn.
    private static final int ROUNDS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(EpollMediaSocket.class);

    private final SocketSetup setup;
    private final FateCounters fates;
    private final Arena arena = Arena.ofShared();
    private final NativeUdpSocket socket;
    private final FileDescriptor fd;
    private final MemorySegment errno = arena.allocate(Libc.ERRNO_LAYOUT);
    private final MemorySegment timespec = arena.allocate(16, 8);
    private final MessageVector incoming = new MessageVector(arena, BATCH);
    private final MemorySegment received = arena.allocate((long) BATCH * MAX_DATAGRAM_BYTES, 64);
    private final boolean sendsRuns;
    private final BatchSender sender;
    private final long egressAddress;
    private final int receiveBufferBytes;
    private final int sendBufferBytes;
    private final Datagram datagram = new Datagram(this);

    private @Nullable DatagramReceiver receiver;
    private @Nullable IoRegistration registration;
    private boolean closed;

    EpollMediaSocket(SocketSetup setup, InetSocketAddress local) {
        this(
                setup,
                new NativeUdpSocket(local, setup.receiveBufferBytes(), setup.sendBufferBytes()));
    }

    /// Only what is bound gets memory.
    private EpollMediaSocket(SocketSetup setup, NativeUdpSocket socket) {
        this.setup = setup;
        this.socket = socket;
        fates = setup.fates();
        fd = socket.fd();
        sendsRuns = setup.segmentation() && socket.cutsRuns();
        var egress = setup.egress();
        sender =
                new BatchSender(
                        arena, this::send, egress::complete, fates, setup.counters(), sendsRuns);
        egressAddress = egress.memory().address();
        receiveBufferBytes = socket.receiveBufferBytes();
        sendBufferBytes = socket.sendBufferBytes();
        for (var i = 0; i < BATCH; i++) {
            incoming.bytes(i, received.address() + slot(i), MAX_DATAGRAM_BYTES);
            incoming.expectSender(i);
        }
    }

    private static long slot(int message) {
        return (long) message * MAX_DATAGRAM_BYTES;
    }

    @Override
    public InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    @Override
    public void start(DatagramReceiver receiver) {
        this.receiver = receiver;
        setup.loop().register(this).addListener(this::onRegistered);
    }

    private void onRegistered(Future<? super IoRegistration> registered) {
        if (!registered.isSuccess()) {
            LOG.error("{} cannot be watched", localAddress(), registered.cause());
            return;
        }
        registration = (IoRegistration) registered.getNow();
        registration.submit(EpollIoOps.EPOLLIN);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        for (var round = 0; round < ROUNDS && !closed; round++) {
            incoming.expectStamp();
            var count = Libc.recvmmsg(errno, fd.intValue(), incoming.address(0), BATCH);
            if (count < 0) {
                onReceiveError(Libc.errno(errno));
                return;
            }
            onBatch(count, round > 0);
            if (count < BATCH) {
                return;
            }
        }
    }

    private void onReceiveError(int error) {
        // An ICMP error of an earlier send is reported, and thereby cleared, here.
        if (error != Libc.EAGAIN && error != Libc.EINTR) {
            fates.count(Fate.SOCKET_ERROR);
        }
    }

    private void onBatch(int count, boolean atOnce) {
        var receiver = this.receiver;
        if (receiver == null) {
            return;
        }
        var stamp = incoming.stampNanos();
        var callsBefore = setup.counters().get(SendCount.CALLS);
        receiver.onBatchStart(atOnce);
        for (var i = 0; i < count && !closed; i++) {
            incoming.readSender(i, datagram);
            incoming.expectSender(i);
            if (incoming.wasTruncated(i)) {
                fates.count(Fate.DATAGRAM_TOO_LARGE);
            } else {
                receiver.onDatagram(datagram.bytes(received, slot(i), incoming.received(i)));
            }
        }
        receiver.onBatchEnd();
        if (stamp != 0 && setup.counters().get(SendCount.CALLS) != callsBefore) {
            setup.delays().record(Libc.realtimeNanos(timespec) - stamp);
        }
    }

    @Override
    public void queue(Path path, long offset, int length) {
        if (!closed) {
            sender.queue(path, egressAddress + offset, length);
        }
    }

    @Override
    public void flush() {
        if (!closed) {
            sender.flush();
        }
    }

    private int send(long messages, int count) {
        var sent = Libc.sendmmsg(errno, fd.intValue(), messages, count);
        return sent < 0 ? -Libc.errno(errno) : sent;
    }

    @Override
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    @Override
    public int sendBufferBytes() {
        return sendBufferBytes;
    }

    @Override
    public boolean sendsRuns() {
        return sendsRuns;
    }

    @Override
    public long kernelDrops() {
        return closed ? 0 : socket.drops();
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
        socket.close();
        arena.close();
    }
}
