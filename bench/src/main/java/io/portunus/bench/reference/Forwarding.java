// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.portunus.bench.FanOut;
import io.portunus.core.codec.Codec;
import io.portunus.core.fate.FateCounters;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.udp.DelayHistogram;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.MediaSocket;
import io.portunus.transport.udp.Path;
import io.portunus.transport.udp.SendCounters;
import io.portunus.transport.udp.SocketKind;
import io.portunus.transport.udp.SocketSetup;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// One publisher's VP8 packets of 1200 bytes to fifty subscribers over loopback, in both languages:
/// their own header, AES-128-GCM under their own key, and the system's sends. In Java that is the
/// whole core, `SrtpOutbound` and the media loop's socket.
///
/// The time is that of the sending thread, in which the system also delivers; the receivers read
/// between the measurements.
final class Forwarding implements AutoCloseable {
    static final int SUBSCRIBERS = 50;

    /// What the header of a subscriber has in addition to the publisher's: mid and transport-wide
    /// sequence.
    static final int EXTENSION_BYTES = 12;

    private static final int ROUND_PACKETS = 64;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int EGRESS_BYTES = 2 << 20;
    private static final int BYTES = FanOut.VP8_BYTES;

    private final Reference reference;
    private final int burst;
    private final Receivers receivers = new Receivers(SUBSCRIBERS);
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, SocketKind.EPOLL.ioHandlers());
    private final EgressMemory egress;
    private final MediaSocket socket;
    private final FanOut core;
    private final int referenceSocket;
    private final long forwarder;
    private final MemorySegment sources;
    private int number;
    private long lost;

    /// @param burst how many packets of the publisher come together
    /// @param runs whether a subscriber's go as one message
    Forwarding(Reference reference, Library library, int burst, boolean runs) {
        this.reference = reference;
        this.burst = burst;
        var ciphers = SrtpCiphers.choose(library.provider());
        egress =
                new EgressMemory(
                        Arena.ofAuto().allocate(EGRESS_BYTES, 64),
                        ciphers::completeBurst,
                        this::flush);
        var setup =
                new SocketSetup(
                        loops.next(),
                        egress,
                        new FateCounters(),
                        new SendCounters(),
                        new DelayHistogram(),
                        BUFFER_BYTES,
                        BUFFER_BYTES,
                        runs);
        socket =
                SocketKind.EPOLL.open(
                        setup, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var addresses = receivers.addresses();
        core =
                new FanOut(
                        Codec.VP8,
                        SUBSCRIBERS,
                        i ->
                                new MediaEgress(
                                        egress,
                                        Path.to(socket, addresses.get(i)),
                                        SrtpOutbound.inBursts(key(i).material(), true, ciphers)));
        sources = Arena.global().allocate((long) burst * BYTES, 64);
        referenceSocket = reference.socket();
        try (var arena = Arena.ofConfined()) {
            var sessions = arena.allocate((long) SUBSCRIBERS * SessionKey.BYTES);
            var ports = arena.allocate(ValueLayout.JAVA_SHORT, SUBSCRIBERS);
            for (var i = 0; i < SUBSCRIBERS; i++) {
                MemorySegment.copy(
                        key(i).session(),
                        0,
                        sessions,
                        ValueLayout.JAVA_BYTE,
                        (long) i * SessionKey.BYTES,
                        SessionKey.BYTES);
                ports.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) addresses.get(i).getPort());
            }
            forwarder =
                    reference.forwarder(
                            library,
                            referenceSocket,
                            runs,
                            SUBSCRIBERS,
                            sessions.address(),
                            ports.address());
        }
    }

    /// Of a subscriber, in both languages.
    static SessionKey key(int subscriber) {
        return new SessionKey(100 + subscriber);
    }

    double java() {
        return round(this::burstInJava);
    }

    double c() {
        return round(this::burstInC);
    }

    private double round(Runnable burst) {
        var nanos = 0L;
        for (var i = 0; i < ROUND_PACKETS / this.burst; i++) {
            var start = Contest.nanos();
            burst.run();
            nanos += Contest.nanos() - start;
            lost += this.burst * SUBSCRIBERS - receivers.drain((_, _) -> {});
        }
        return (double) nanos / (ROUND_PACKETS * SUBSCRIBERS);
    }

    /// As a batch of the media loop.
    void burstInJava() {
        for (var i = 0; i < burst; i++) {
            core.next();
        }
        flush();
    }

    private void flush() {
        socket.flush();
        egress.reset();
    }

    void burstInC() {
        for (var i = 0; i < burst; i++) {
            FanOut.write(Codec.VP8, sources, (long) i * BYTES, number++);
        }
        reference.forward(forwarder, sources.address(), BYTES, burst);
    }

    Receivers receivers() {
        return receivers;
    }

    /// How many packets of either side have not arrived.
    long lost() {
        return lost;
    }

    @Override
    public void close() {
        socket.close();
        reference.close(referenceSocket);
        receivers.close();
        var _ = loops.shutdownGracefully();
    }
}
