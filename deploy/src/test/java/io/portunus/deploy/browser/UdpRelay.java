// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The network between browsers and the server, on loopback: a translating router that can lose
/// packets, give everybody a new address, or let nothing through.
///
/// The server is told to advertise the relay's address in place of its own; both use one port.
final class UdpRelay implements AutoCloseable {
    private static final int MAX_DATAGRAM = 2_048;

    private final DatagramSocket outside;
    private final InetSocketAddress server;
    private final Map<SocketAddress, DatagramSocket> inside = new ConcurrentHashMap<>();
    private final AtomicLong lost = new AtomicLong();
    private final Random random = new Random(7);
    private volatile boolean blocked;
    private volatile int lossPercent;

    /// @param address where browsers send to; the server listens on `port` of 127.0.0.1
    UdpRelay(InetAddress address, int port) {
        try {
            outside = new DatagramSocket(new InetSocketAddress(address, port));
            server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("relay").start(this::fromBrowsers);
    }

    /// From now on the server sees everybody at a new address, as after a router's restart.
    void rebind() {
        for (var browser : new ArrayList<>(inside.keySet())) {
            var old = inside.remove(browser);
            if (old != null) {
                old.close();
            }
        }
    }

    /// Whether nothing gets through.
    void block(boolean on) {
        blocked = on;
    }

    /// So many packets of a hundred are lost, in each direction.
    void lose(int percent) {
        lossPercent = percent;
    }

    /// How many packets were lost on purpose.
    long lost() {
        return lost.get();
    }

    @Override
    public void close() {
        outside.close();
        inside.values().forEach(DatagramSocket::close);
    }

    private void fromBrowsers() {
        var packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
        try {
            for (; ; ) {
                packet.setLength(MAX_DATAGRAM);
                outside.receive(packet);
                var browser = packet.getSocketAddress();
                if (passes()) {
                    packet.setSocketAddress(server);
                    send(inside.computeIfAbsent(browser, this::open), packet);
                }
            }
        } catch (IOException _) {
            // The relay is closed.
        }
    }

    private DatagramSocket open(SocketAddress browser) {
        try {
            var socket =
                    new DatagramSocket(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            Thread.ofPlatform().daemon().name("relay").start(() -> fromServer(socket, browser));
            return socket;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fromServer(DatagramSocket socket, SocketAddress browser) {
        var packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
        try {
            for (; ; ) {
                packet.setLength(MAX_DATAGRAM);
                socket.receive(packet);
                if (passes()) {
                    packet.setSocketAddress(browser);
                    send(outside, packet);
                }
            }
        } catch (IOException _) {
            // This address is given up.
        }
    }

    private boolean passes() {
        if (blocked) {
            return false;
        }
        synchronized (random) {
            if (random.nextInt(100) >= lossPercent) {
                return true;
            }
        }
        lost.incrementAndGet();
        return false;
    }

    private static void send(DatagramSocket socket, DatagramPacket packet) {
        try {
            socket.send(packet);
        } catch (IOException _) {
            // The address was given up in this moment: the packet is lost, as in a real network.
        }
    }
}
