// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.portunus.core.fate.FateCounters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// An event loop with its egress memory and sockets, and plain sockets that play the clients.
final class SocketRig implements AutoCloseable {
    static final int PATIENCE_SECONDS = 10;
    static final String LOOPBACK_4 = "127.0.0.1";
    static final String LOOPBACK_6 = "::1";

    final SocketKind kind;
    final FateCounters fates = new FateCounters();
    final SendCounters sends = new SendCounters();
    final DelayHistogram delays = new DelayHistogram();
    final EgressMemory egress;

    /// What makes the datagrams in egress memory whole; on the loop.
    Runnable complete = () -> {};

    private final IoEventLoop loop;
    private final List<MediaSocket> sockets = new ArrayList<>();
    private final List<DatagramSocket> clients = new ArrayList<>();

    SocketRig(SocketKind kind) {
        this(kind, 64 * 1024);
    }

    SocketRig(SocketKind kind, int egressBytes) {
        if (kind == SocketKind.EPOLL) {
            assumeTrue(SocketKind.best() == SocketKind.EPOLL, "this machine has no epoll");
        }
        this.kind = kind;
        loop = new MultiThreadIoEventLoopGroup(1, kind.ioHandlers()).next();
        egress =
                new EgressMemory(
                        Arena.ofAuto().allocate(egressBytes, 64),
                        () -> complete.run(),
                        this::flush);
    }

    MediaSocket open(InetSocketAddress local) {
        return open(local, 4 << 20);
    }

    MediaSocket open(InetSocketAddress local, int bufferBytes) {
        return open(local, bufferBytes, true);
    }

    MediaSocket open(InetSocketAddress local, int bufferBytes, boolean segmentation) {
        var setup =
                new SocketSetup(
                        loop, egress, fates, sends, delays, bufferBytes, bufferBytes, segmentation);
        var socket = kind.open(setup, local);
        sockets.add(socket);
        return socket;
    }

    void flush() {
        sockets.forEach(MediaSocket::flush);
        egress.reset();
    }

    /// Builds a datagram in egress memory and queues it; on the loop.
    void queue(Path path, byte[] bytes) {
        var offset = egress.reserve(bytes.length);
        egress.memory().asSlice(offset, bytes.length).asByteBuffer().put(bytes);
        egress.take(offset, bytes.length);
        path.socket().queue(path, offset, bytes.length);
    }

    <T> T onLoop(Callable<T> work) throws Exception {
        return loop.submit(work).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void onLoop(Runnable work) throws Exception {
        onLoop(work, PATIENCE_SECONDS);
    }

    /// The same for work that takes its time.
    void onLoop(Runnable work, int seconds) throws Exception {
        loop.submit(work).get(seconds, TimeUnit.SECONDS);
    }

    /// A client's plain socket.
    DatagramSocket client(String address) throws SocketException {
        var client = new DatagramSocket(loopback(address, 0));
        client.setReceiveBufferSize(1 << 20);
        client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        clients.add(client);
        return client;
    }

    /// The address with the port, if this machine has the address; the test is skipped if not.
    static InetSocketAddress loopback(String address, int port) {
        var local = new InetSocketAddress(address, port);
        try (var _ = new DatagramSocket(new InetSocketAddress(local.getAddress(), 0))) {
            return local;
        } catch (IOException e) {
            assumeTrue(false, "this machine has no " + address + ": " + e.getMessage());
            throw new IllegalStateException(e);
        }
    }

    static InetAddress address(String literal) {
        return new InetSocketAddress(literal, 1).getAddress();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        clients.forEach(DatagramSocket::close);
        var closing = loop.submit(() -> sockets.forEach(MediaSocket::close));
        closing.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        var ended =
                Objects.requireNonNull(loop.parent()).shutdownGracefully(0, 0, TimeUnit.SECONDS);
        ended.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
