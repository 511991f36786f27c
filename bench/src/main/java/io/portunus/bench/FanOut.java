// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerTransport;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.WallClock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;

/// One publisher and its subscribers in the core, as a media loop has them: packets go in as
/// plaintext, and out to the transports of the subscribers.
public final class FanOut {
    /// The whole plaintext packet.
    public static final int VP8_BYTES = 1_200;

    /// Likewise.
    public static final int OPUS_BYTES = 160;

    private static final int SSRC = 0x1234;
    private static final int PAYLOAD_TYPE = 96;
    private static final int KEY_FRAME_INTERVAL = 3_000;
    private static final long PACKET_NANOS = 1_000_000;
    private static final long SLOTS = 4_096;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ExtensionMap EXTENSIONS =
            new ExtensionMap(Map.of(ExtensionKind.MID, 4, ExtensionKind.TRANSPORT_SEQUENCE, 3));

    private final Codec codec;
    private final MemorySegment memory =
            Arena.ofAuto().allocate(SLOTS * PacketMemory.SLOT_BYTES, 64);
    private final LoopContext context =
            new LoopContext(
                    new PacketMemory(memory),
                    new WallClock(0, 0),
                    new FateCounters(),
                    new Random(1),
                    _ -> {});
    private final NullSink listener = new NullSink();
    private final Peer publisher = new Peer(new PeerId(1), listener, listener, context);
    private final List<OutboundTrack> tracks = new ArrayList<>();
    private int sequence;

    /// @param codec VP8 or Opus
    /// @param transports of each subscriber
    public FanOut(Codec codec, int subscribers, IntFunction<? extends PeerTransport> transports) {
        this.codec = codec;
        publisher.plan(new MediaPlan(List.of(line(true))), 0);
        publisher.onConnected(0);
        for (var i = 0; i < subscribers; i++) {
            var subscriber = new Peer(new PeerId(2L + i), transports.apply(i), listener, context);
            subscriber.plan(new MediaPlan(List.of(line(false))), 0);
            subscriber.onConnected(0);
            var track = subscriber.outbound(0, codec.kind());
            track.feedFrom(publisher.inboundTracks().getFirst(), 0);
            tracks.add(track);
        }
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

    /// What sends to each subscriber.
    List<OutboundTrack> tracks() {
        return tracks;
    }

    /// The next packet of the publisher to all subscribers.
    public void next() {
        var number = sequence++;
        var length = write(codec, memory, context.memory().writeOffset(), number);
        publisher.onRtp(length, number * PACKET_NANOS);
    }

    /// Writes what matters of a publisher's packet, from its header to the codec's own; its length.
    public static int write(Codec codec, MemorySegment memory, long at, int number) {
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
}
