// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.WallClock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// One publisher's packet from plaintext in to the plaintext of all its subscribers, which a sink
/// then forgets: all that the core does, without cipher and socket.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForwardBenchmark {
    private static final int SSRC = 0x1234;
    private static final int PAYLOAD_TYPE = 96;
    private static final int VP8_BYTES = 1_200;
    private static final int OPUS_BYTES = 160;
    private static final int KEY_FRAME_INTERVAL = 3_000;
    private static final long SLOTS = 4_096;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ExtensionMap EXTENSIONS =
            new ExtensionMap(Map.of(ExtensionKind.MID, 4, ExtensionKind.TRANSPORT_SEQUENCE, 3));

    @Param({"VP8", "OPUS"})
    Codec codec = Codec.VP8;

    @Param({"1", "10", "50"})
    int subscribers = 1;

    private final MemorySegment memory =
            Arena.ofAuto().allocate(SLOTS * PacketMemory.SLOT_BYTES, 64);
    private final NullSink sink = new NullSink();
    private LoopContext context = newContext();
    private Peer publisher = newPeer(0);
    private int sequence;

    /// Connects the publisher and its subscribers.
    @Setup
    public void setUp() {
        context = newContext();
        sequence = 0;
        publisher = newPeer(1);
        publisher.plan(new MediaPlan(List.of(line(true))), 0);
        publisher.onConnected(0);
        for (var i = 0; i < subscribers; i++) {
            var subscriber = newPeer(2 + i);
            subscriber.plan(new MediaPlan(List.of(line(false))), 0);
            subscriber.onConnected(0);
            subscriber.outbound(0, codec.kind()).feedFrom(publisher.inboundTracks().getFirst(), 0);
        }
    }

    /// One packet to all subscribers.
    @Benchmark
    public long forward() {
        var length = write(context.memory().writeOffset());
        publisher.onRtp(length, sequence * 1_000_000L);
        return sink.sent();
    }

    long sent() {
        return sink.sent();
    }

    private int write(long at) {
        var number = sequence++;
        memory.set(INT, at, 0x8000_0000 | (PAYLOAD_TYPE << 16) | (number & 0xFFFF));
        memory.set(INT, at + 4, number * 90);
        memory.set(INT, at + 8, SSRC);
        if (codec == Codec.OPUS) {
            return OPUS_BYTES;
        }
        // Picture id of 15 bits and TL0PICIDX, and a key frame now and then.
        memory.set(INT, at + 12, 0x90E0_8000 | (number & 0x7FFF));
        var frame = number % KEY_FRAME_INTERVAL == 0 ? 0x0010_0200 : 0x0011_0200;
        memory.set(INT, at + 16, ((number & 0xFF) << 24) | frame);
        return VP8_BYTES;
    }

    private MediaPlan.Line line(boolean receives) {
        return new MediaPlan.Line(
                0,
                "0",
                receives,
                !receives,
                codec,
                PAYLOAD_TYPE,
                -1,
                Set.of(),
                EXTENSIONS,
                receives ? List.of(new MediaPlan.Encoding("", SSRC, -1)) : List.of());
    }

    private LoopContext newContext() {
        return new LoopContext(
                new PacketMemory(memory),
                new WallClock(0, 0),
                new FateCounters(),
                new Random(1),
                _ -> {});
    }

    private Peer newPeer(long id) {
        return new Peer(new PeerId(id), sink, sink, context);
    }
}
