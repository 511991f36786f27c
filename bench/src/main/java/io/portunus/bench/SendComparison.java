// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.transport.udp.DelayHistogram;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.MediaSocket;
import io.portunus.transport.udp.Path;
import io.portunus.transport.udp.SendCount;
import io.portunus.transport.udp.SendCounters;
import io.portunus.transport.udp.SocketKind;
import io.portunus.transport.udp.SocketSetup;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What a media socket's send costs for one burst to many subscribers: every packet a message of
/// its own, against runs of several lengths. The ways take turns, many short rounds each, so that
/// whatever else this machine does meets all of them; what counts is the median of a way's rounds,
/// and its ratio to the first.
///
/// Measures the processor time of the sending thread, in which the system also delivers over
/// loopback; the subscribers read between the measurements.
public final class SendComparison implements AutoCloseable {
    private static final int SUBSCRIBERS = 30;
    private static final int PACKETS = 8;
    private static final int PACKET_BYTES = 1_200;
    private static final int BURSTS = 50;
    private static final int WARM_UP_ROUNDS = 10;
    private static final int DEFAULT_ROUNDS = 40;
    private static final int BUFFER_BYTES = 1 << 20;

    /// @param run how many packets of one size follow each other for one subscriber
    private record Way(String name, boolean segmentation, int run) {}

    private static final List<Way> WAYS =
            List.of(
                    new Way("one by one in sendmmsg", false, PACKETS),
                    new Way("runs of 1", true, 1),
                    new Way("runs of 2", true, 2),
                    new Way("runs of 4", true, 4),
                    new Way("runs of 8", true, PACKETS));

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, SocketKind.EPOLL.ioHandlers());
    private final FateCounters fates = new FateCounters();
    private final EgressMemory egress =
            new EgressMemory(Arena.ofAuto().allocate(512 << 10, 64), () -> {}, () -> {});
    private final List<DatagramChannel> subscribers = new ArrayList<>();
    private final ByteBuffer read = ByteBuffer.allocateDirect(2_048);

    private SendComparison() throws IOException {
        for (var i = 0; i < SUBSCRIBERS; i++) {
            var subscriber = DatagramChannel.open();
            subscriber.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            subscriber.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            subscriber.configureBlocking(false);
            subscribers.add(subscriber);
        }
    }

    /// A socket that sends one way, with its own counters.
    private final class Sender {
        private final SendCounters counters = new SendCounters();
        private final List<Path> paths = new ArrayList<>();
        private final MediaSocket socket;
        private final Way way;
        private final double[] nanos;

        Sender(Way way, int rounds) throws IOException {
            this.way = way;
            nanos = new double[rounds];
            var setup =
                    new SocketSetup(
                            loops.next(),
                            egress,
                            fates,
                            counters,
                            new DelayHistogram(),
                            BUFFER_BYTES,
                            BUFFER_BYTES,
                            way.segmentation());
            var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            socket = SocketKind.EPOLL.open(setup, local);
            for (var subscriber : subscribers) {
                paths.add(Path.to(socket, (InetSocketAddress) subscriber.getLocalAddress()));
            }
        }

        /// Nanoseconds per packet of some bursts.
        double round() throws IOException {
            var threads = ManagementFactory.getThreadMXBean();
            var nanos = 0L;
            for (var burst = 0; burst < BURSTS; burst++) {
                var start = threads.getCurrentThreadCpuTime();
                burst();
                nanos += threads.getCurrentThreadCpuTime() - start;
                drain();
            }
            return (double) nanos / (BURSTS * PACKETS * SUBSCRIBERS);
        }

        /// As a forwarder does: each packet to all subscribers, then the next.
        private void burst() {
            for (var packet = 0; packet < PACKETS; packet++) {
                // Each size is longer than the one before, so that a run ends with it.
                var later = (PACKETS - 1 - packet) / way.run();
                for (var i = 0; i < paths.size(); i++) {
                    var length = PACKET_BYTES - later;
                    var offset = egress.reserve(length);
                    egress.take(offset, length);
                    socket.queue(paths.get(i), offset, length);
                }
            }
            socket.flush();
            egress.reset();
        }

        void print(double baseline) {
            var sorted = nanos.clone();
            Arrays.sort(sorted);
            var median = sorted[sorted.length / 2];
            System.out.printf(
                    Locale.ROOT,
                    "%-26s %10.0f %10.0f %10.0f %8.2f %14.1f%n",
                    way.name(),
                    median,
                    sorted[sorted.length / 4],
                    sorted[sorted.length * 3 / 4],
                    median / baseline,
                    (double) PACKETS
                            * SUBSCRIBERS
                            * BURSTS
                            * (nanos.length + WARM_UP_ROUNDS)
                            / counters.get(SendCount.MESSAGES));
        }

        double median() {
            var sorted = nanos.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }

    private void drain() throws IOException {
        for (var subscriber : subscribers) {
            do {
                read.clear();
            } while (subscriber.receive(read) != null);
        }
    }

    private void run(int rounds) throws IOException {
        var senders = new ArrayList<Sender>();
        for (var way : WAYS) {
            senders.add(new Sender(way, rounds));
        }
        for (var round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (var sender : senders) {
                var nanos = sender.round();
                if (round >= 0) {
                    sender.nanos[round] = nanos;
                }
            }
        }
        System.out.printf(
                "%d subscribers, bursts of %d packets of %d bytes, %d rounds of each way in turn%n",
                SUBSCRIBERS, PACKETS, PACKET_BYTES, rounds);
        System.out.printf(
                "%-26s %10s %10s %10s %8s %14s%n",
                "", "ns/packet", "quartile", "quartile", "ratio", "packets/message");
        senders.forEach(sender -> sender.print(senders.getFirst().median()));
        var lost = fates.get(Fate.SOCKET_ERROR) + fates.get(Fate.SOCKET_FULL);
        var fallbacks = 0L;
        for (var sender : senders) {
            fallbacks += sender.counters.get(SendCount.FALLBACKS);
        }
        System.out.printf(
                "%d packets were lost; %d times a subscriber's path refused a run%n",
                lost, fallbacks);
        senders.forEach(sender -> sender.socket.close());
    }

    @Override
    public void close() throws IOException {
        for (var subscriber : subscribers) {
            subscriber.close();
        }
        var _ = loops.shutdownGracefully();
    }

    /// @throws IOException when a socket cannot be opened
    public static void main(String[] arguments) throws IOException {
        if (SocketKind.best() != SocketKind.EPOLL) {
            System.err.println("needs Linux and native access");
            System.exit(1);
        }
        var rounds = arguments.length == 0 ? DEFAULT_ROUNDS : Integer.parseInt(arguments[0]);
        try (var comparison = new SendComparison()) {
            comparison.run(rounds);
        }
    }
}
