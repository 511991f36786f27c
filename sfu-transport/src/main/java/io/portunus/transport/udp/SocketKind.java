// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How datagrams get in and out. Thread-safe.
public enum SocketKind {
    /// Our own descriptor on Netty's epoll event loop: recvmmsg and sendmmsg, no garbage.
    EPOLL,
    /// Netty's datagram channel, for systems without epoll or where native access is denied: slower
    /// and with garbage.
    NETTY;

    private static final Logger LOG = LoggerFactory.getLogger(SocketKind.class);

    /// The fastest kind that works here; tried, not guessed.
    public static SocketKind best() {
        return Probe.EPOLL_WORKS ? EPOLL : NETTY;
    }

    /// What an event loop must be made with to watch sockets of this kind.
    public IoHandlerFactory ioHandlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case NETTY -> NioIoHandler.newFactory();
        };
    }

    /// Opens a socket bound to `local`, whose port may be 0 for any. Not on the event loop itself.
    ///
    /// @throws UncheckedIOException naming address and port, when it cannot be bound
    public MediaSocket open(SocketSetup setup, InetSocketAddress local) {
        return switch (this) {
            case EPOLL -> new EpollMediaSocket(setup, local);
            case NETTY -> new NettyMediaSocket(setup, local);
        };
    }

    /// A timer of `loop`, one that leaves no garbage where that can be.
    ///
    /// @param onTime called on the loop
    public LoopTimer timer(IoEventLoop loop, Runnable onTime) {
        return switch (this) {
            case EPOLL -> new EpollTimer(loop, onTime);
            case NETTY -> new NettyTimer(loop, onTime);
        };
    }

    /// Finds out once, when first asked.
    private static final class Probe {
        static final boolean EPOLL_WORKS = epollWorks();

        private Probe() {}

        private static boolean epollWorks() {
            if (!Epoll.isAvailable()) {
                LOG.warn("no epoll, using Netty's datagram channel: {}", reason());
                return false;
            }
            try {
                var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
                new NativeUdpSocket(loopback, 0, 0).close();
                return true;
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("no native access, using Netty's datagram channel", e);
                return false;
            }
        }

        private static String reason() {
            return String.valueOf(Epoll.unavailabilityCause());
        }
    }
}
