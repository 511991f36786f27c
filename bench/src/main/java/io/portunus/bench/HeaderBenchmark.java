// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.Vp8Payload;
import io.portunus.core.fate.Fate;
import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.rtp.ExtensionMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Making one packet a subscriber's own: its number, time stamp, SSRC and header extensions, and
/// after a change of the source the payload's own numbers, too, for which it is copied.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderBenchmark {
    /// What is rewritten.
    public enum Rewrite {
        OPUS_HEADER,
        VP8_HEADER,
        VP8_HEADER_AND_PAYLOAD
    }

    private static final int SLOT_BYTES = 2_048;
    private static final int PAYLOAD_AT = 12;
    private static final int PICTURE_ID_AT = PAYLOAD_AT + 2;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    @Param({"OPUS_HEADER", "VP8_HEADER", "VP8_HEADER_AND_PAYLOAD"})
    Rewrite rewrite = Rewrite.VP8_HEADER;

    private final MemorySegment memory = Arena.ofAuto().allocate(SLOT_BYTES, 64);
    private final TrackPacket packet = new TrackPacket();
    private final NullSink sink = new NullSink();
    private OutboundTrack track = track(Codec.VP8);
    private int index;

    /// Starts the stream, once or twice.
    @Setup
    public void setUp() {
        index = 0;
        var codec = rewrite == Rewrite.OPUS_HEADER ? Codec.OPUS : Codec.VP8;
        track = track(codec);
        write(codec);
        rewrite();
        if (rewrite == Rewrite.VP8_HEADER_AND_PAYLOAD) {
            track.send(false, 0);
            track.send(true, 0);
            // What comes next has another picture id than the stream so far would have.
            memory.set(SHORT, PICTURE_ID_AT, (short) 0xF000);
            rewrite();
        }
    }

    private OutboundTrack track(Codec codec) {
        return new FanOut(codec, 1, _ -> sink).tracks().getFirst();
    }

    private void write(Codec codec) {
        var bytes = FanOut.write(codec, memory, 0, 0);
        packet.rtp().wrap(memory, 0, bytes);
        packet.readExtensions(ExtensionMap.NONE);
        if (codec == Codec.VP8) {
            new Vp8Payload().read(memory, PAYLOAD_AT, bytes - PAYLOAD_AT, packet.frame());
        }
    }

    /// For one subscriber.
    @Benchmark
    public Fate rewrite() {
        packet.number(0, index++);
        return track.onPacket(packet, index);
    }

    long sent() {
        return sink.sent();
    }

    /// Whether payloads go out as a copy.
    boolean copiesPayloads() {
        return sink.hasCopied();
    }
}
