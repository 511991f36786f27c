// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.transport.udp.DatagramReceiver;
import io.portunus.transport.udp.MediaSocket;
import io.portunus.transport.udp.SocketSetup;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of one media loop: one for each local address, all on the same port. Opened by
/// whoever starts the loop, then confined to it.
final class LoopSockets {
    /// How often another free port is tried where the system may choose: the one it gave for one
    /// address may be taken on another.
    private static final int PORT_ATTEMPTS = 20;

    /// RFC 8445 §5.1.2.2.
    private static final long HOST_PREFERENCE = 126;

    private static final long MOST_PREFERRED = 65_535;
    private static final int COMPONENT = 1;

    private static final Logger LOG = LoggerFactory.getLogger(LoopSockets.class);

    private final MediaSocket[] sockets;
    private final long[] dropsSeen;
    private final List<LocalAddress> addresses;

    private LoopSockets(List<MediaSocket> sockets, List<LocalAddress> addresses) {
        this.sockets = sockets.toArray(MediaSocket[]::new);
        this.addresses = addresses;
        dropsSeen = new long[this.sockets.length];
    }

    /// @param port 0 for any
    /// @throws UncheckedIOException naming address and port, when one cannot be bound
    static LoopSockets open(LoopSettings settings, SocketSetup setup, int port) {
        for (var attempt = 1; ; attempt++) {
            try {
                return openOnce(settings, setup, port);
            } catch (UncheckedIOException e) {
                if (port != 0 || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static LoopSockets openOnce(LoopSettings settings, SocketSetup setup, int port) {
        var opened = new ArrayList<MediaSocket>();
        var common = port;
        try {
            for (var address : settings.addresses()) {
                var local = new InetSocketAddress(address.bind(), common);
                var socket = settings.sockets().open(setup, local);
                opened.add(socket);
                common = socket.localAddress().getPort();
            }
        } catch (RuntimeException | Error e) {
            opened.forEach(MediaSocket::close);
            throw e;
        }
        return new LoopSockets(opened, settings.addresses());
    }

    /// How clients reach these sockets, as host candidates (RFC 8445 §5.1.2.1), in the order of the
    /// settings.
    List<LocalTransport.Candidate> candidates() {
        var candidates = new ArrayList<LocalTransport.Candidate>();
        for (var i = 0; i < sockets.length; i++) {
            var address = addresses.get(i).advertised().getHostAddress();
            var preference = MOST_PREFERRED - i;
            var priority = (HOST_PREFERENCE << 24) + (preference << 8) + 256 - COMPONENT;
            var foundation = String.valueOf(i + 1);
            candidates.add(
                    new LocalTransport.Candidate(
                            foundation, priority, address, sockets[i].localAddress().getPort()));
        }
        return candidates;
    }

    List<InetSocketAddress> localAddresses() {
        var local = new ArrayList<InetSocketAddress>();
        for (var socket : sockets) {
            local.add(socket.localAddress());
        }
        return local;
    }

    /// Whether equal-sized datagrams for one destination go as one message. Thread-safe.
    boolean sendRuns() {
        return sockets[0].sendsRuns();
    }

    void start(DatagramReceiver receiver) {
        for (var socket : sockets) {
            socket.start(receiver);
        }
    }

    void flush() {
        for (var socket : sockets) {
            socket.flush();
        }
    }

    /// Counts what the kernel has thrown away since the last time.
    void countDrops(FateCounters fates) {
        for (var i = 0; i < sockets.length; i++) {
            var drops = sockets[i].kernelDrops();
            if (drops > dropsSeen[i]) {
                fates.add(Fate.KERNEL_DROPPED, drops - dropsSeen[i]);
                dropsSeen[i] = drops;
            }
        }
    }

    void close() {
        for (var socket : sockets) {
            socket.close();
        }
    }

    /// Says once how large the buffers are, and what to do when they are smaller than wanted.
    void logBuffers(LoopSettings settings) {
        var receive = sockets[0].receiveBufferBytes();
        var send = sockets[0].sendBufferBytes();
        LOG.info("each media socket has {} bytes to receive and {} to send", receive, send);
        LOG.info("segmentation offload (UDP_SEGMENT) is {}", sendRuns() ? "on" : "off");
        warnIfSmall("receive", receive, settings.receiveBufferBytes(), "net.core.rmem_max");
        warnIfSmall("send", send, settings.sendBufferBytes(), "net.core.wmem_max");
    }

    private static void warnIfSmall(String which, int granted, int wanted, String sysctl) {
        if (granted < wanted) {
            LOG.warn(
                    "the {} buffer is {} bytes instead of {}: bursts will be lost; raise {} to {}",
                    which,
                    granted,
                    wanted,
                    sysctl,
                    wanted);
        }
    }
}
