// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.portunus.bench.reference.Receivers;
import io.portunus.core.fate.FateCounters;
import io.portunus.transport.udp.DelayHistogram;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.MediaSocket;
import io.portunus.transport.udp.Path;
import io.portunus.transport.udp.SendCounters;
import io.portunus.transport.udp.SocketKind;
import io.portunus.transport.udp.SocketSetup;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Queueing and sending one packet of a batch, eight of 1200 bytes for each of thirty subscribers
/// on loopback, which read between the batches.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SendBenchmark {
    private static final int SUBSCRIBERS = 30;
    private static final int PACKETS = 8;
    private static final int PACKET_BYTES = 1_200;
    private static final int BUFFER_BYTES = 1 << 20;

    /// How many packets of one size follow each other for one subscriber and go as one message.
    @Param({"1", "4", "8"})
    int run = PACKETS;

    private final EgressMemory egress =
            new EgressMemory(Arena.ofAuto().allocate(512 << 10, 64), () -> {}, () -> {});
    private final List<Path> paths = new ArrayList<>();
    private final Receivers receivers = new Receivers(SUBSCRIBERS);
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, SocketKind.best().ioHandlers());
    private final MediaSocket socket = open();
    private long read;

    private MediaSocket open() {
        var setup =
                new SocketSetup(
                        loops.next(),
                        egress,
                        new FateCounters(),
                        new SendCounters(),
                        new DelayHistogram(),
                        BUFFER_BYTES,
                        BUFFER_BYTES,
                        true);
        return SocketKind.best()
                .open(setup, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /// Finds the subscribers.
    @Setup
    public void setUp() {
        for (var subscriber : receivers.addresses()) {
            paths.add(Path.to(socket, subscriber));
        }
    }

    /// As a forwarder does: each packet to all subscribers, then the next.
    @Benchmark
    @OperationsPerInvocation(PACKETS * SUBSCRIBERS)
    public void send() {
        for (var packet = 0; packet < PACKETS; packet++) {
            // Each size is longer than the one before, so that a run ends with it.
            var length = PACKET_BYTES - (PACKETS - 1 - packet) / run;
            for (var i = 0; i < paths.size(); i++) {
                var offset = egress.reserve(length);
                egress.take(offset, length);
                socket.queue(paths.get(i), offset, length);
            }
        }
        socket.flush();
        egress.reset();
    }

    /// Lets the subscribers read.
    @TearDown(Level.Invocation)
    public void drain() {
        read += receivers.drain((_, _) -> {});
    }

    /// How many packets the subscribers have read.
    long read() {
        return read;
    }

    /// Closes the sockets.
    @TearDown
    public void close() {
        socket.close();
        receivers.close();
        var _ = loops.shutdownGracefully();
    }
}
