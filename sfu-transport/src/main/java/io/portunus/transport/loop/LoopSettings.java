// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.transport.udp.SocketKind;
import java.util.HashSet;
import java.util.List;

/// How the media loops are set up, already checked.
///
/// @param firstPort the UDP port of loop 0; loop k has the k-th after it; 0 lets the system choose
/// @param loops how many media loops there are
/// @param addresses what each loop listens on, the most preferred first
/// @param receiveBufferBytes what to ask the system for, for each socket
/// @param sendBufferBytes what to ask the system for, for each socket
/// @param packetMemoryBytes where each loop keeps the packets it received
/// @param sockets how datagrams get in and out
/// @param spreadAbovePercent how busy the loop of a room is, in per cent of its time, from when on
///   new subscribers go to others; 0 spreads them always
/// @param segmentation whether to let the system cut runs of datagrams apart, where it can
public record LoopSettings(
        int firstPort,
        int loops,
        List<LocalAddress> addresses,
        int receiveBufferBytes,
        int sendBufferBytes,
        long packetMemoryBytes,
        SocketKind sockets,
        boolean segmentation,
        int spreadAbovePercent) {
    public static final int DEFAULT_FIRST_PORT = 10_000;
    public static final int MAX_LOOPS = 64;

    /// A loop that is busier makes packets wait now and then.
    public static final int DEFAULT_SPREAD_ABOVE_PERCENT = 60;

    private static final int MAX_SPREAD_ABOVE_PERCENT = 100;
    public static final int MAX_ADDRESSES = 32;
    public static final int DEFAULT_BUFFER_BYTES = 4 << 20;
    public static final long DEFAULT_PACKET_MEMORY_BYTES = 32L << 20;

    private static final int LAST_PORT = 65_535;
    private static final int MIN_BUFFER_BYTES = 64 << 10;
    private static final int MAX_BUFFER_BYTES = 256 << 20;
    private static final long MIN_PACKET_MEMORY_BYTES = 1L << 20;
    private static final long MAX_PACKET_MEMORY_BYTES = 1L << 30;

    public LoopSettings {
        addresses = List.copyOf(addresses);
        inRange("the number of media loops", loops, 1, MAX_LOOPS);
        inRange("the first UDP port", firstPort, 0, LAST_PORT);
        require(
                firstPort + loops - 1 <= LAST_PORT,
                "the first UDP port %d leaves none for each of %d loops"
                        .formatted(firstPort, loops));
        inRange("the number of media addresses", addresses.size(), 1, MAX_ADDRESSES);
        var bound = new HashSet<>();
        for (var address : addresses) {
            require(
                    bound.add(address.bind()),
                    "media address %s is given twice".formatted(address.bind().getHostAddress()));
        }
        inRange(
                "the load from which subscribers are spread, in per cent,",
                spreadAbovePercent,
                0,
                MAX_SPREAD_ABOVE_PERCENT);
        inRange("receive buffer bytes", receiveBufferBytes, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
        inRange("send buffer bytes", sendBufferBytes, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
        inRange(
                "packet memory bytes",
                packetMemoryBytes,
                MIN_PACKET_MEMORY_BYTES,
                MAX_PACKET_MEMORY_BYTES);
    }

    /// With the default of when subscribers are spread.
    public LoopSettings(
            int firstPort,
            int loops,
            List<LocalAddress> addresses,
            int receiveBufferBytes,
            int sendBufferBytes,
            long packetMemoryBytes,
            SocketKind sockets,
            boolean segmentation) {
        this(
                firstPort,
                loops,
                addresses,
                receiveBufferBytes,
                sendBufferBytes,
                packetMemoryBytes,
                sockets,
                segmentation,
                DEFAULT_SPREAD_ABOVE_PERCENT);
    }

    /// One loop per core on every address of this machine.
    public static LoopSettings defaults() {
        return new LoopSettings(
                DEFAULT_FIRST_PORT,
                Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_LOOPS),
                LocalAddress.all(),
                DEFAULT_BUFFER_BYTES,
                DEFAULT_BUFFER_BYTES,
                DEFAULT_PACKET_MEMORY_BYTES,
                SocketKind.best(),
                true,
                DEFAULT_SPREAD_ABOVE_PERCENT);
    }

    /// The port of loop `loop`; 0 for any.
    int portOf(int loop) {
        return firstPort == 0 ? 0 : firstPort + loop;
    }

    private static void inRange(String name, long value, long least, long most) {
        require(
                value >= least && value <= most,
                "%s must be %d to %d and is %d".formatted(name, least, most, value));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
