// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.portunus.core.codec.Codec;
import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomId;
import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.ingest.InboundTrack;
import io.portunus.core.pipe.MirroredTrack;
import io.portunus.core.pipe.Mirrors;
import io.portunus.core.pipe.Pipe;
import io.portunus.core.pipe.PipeSink;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.testkit.Plans;
import io.portunus.core.time.Wakeup;
import io.portunus.core.time.WallClock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ForwardAllocationTest {
    private static final int SUBSCRIBERS = 20;
    private static final int PACKETS = 100_000;
    private static final int WINDOWS = 6;
    private static final int SSRC = 0x1234;
    private static final int KEY_FRAME_EVERY = 3_000;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MemorySegment memory =
            Arena.ofAuto().allocate(1_024L * PacketMemory.SLOT_BYTES, 64);
    private final MemorySegment egressMemory = Arena.ofAuto().allocate(4_096, 64);
    private final FateCounters fates = new FateCounters();
    private final LoopContext context =
            new LoopContext(
                    new PacketMemory(memory), new WallClock(0, 0), fates, new Random(1), _ -> {});
    private final Pipe pipe = new Pipe(Arena.ofAuto().allocate(1 << 20, 64));
    private final Mirrors mirrors = new Mirrors();
    private final List<Peer> subscribers = new ArrayList<>();
    private int sequence;

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"VP8", "VP9", "AV1", "OPUS"})
    void forwardingToTwentySubscribersMakesNoGarbage(Codec codec) {
        var publisher = publish(codec);
        feed(publisher.inboundTracks().getFirst(), codec);
        assertNoGarbage(publisher, codec);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"VP8", "OPUS"})
    void forwardingThroughAPipeMakesNoGarbage(Codec codec) {
        var publisher = publish(codec);
        feed(mirror(publisher.inboundTracks().getFirst()), codec);
        assertNoGarbage(publisher, codec);
        assertThat(fates.get(Fate.PIPED)).isGreaterThan(PACKETS - 10);
        assertThat(fates.get(Fate.PIPE_FULL)).isZero();
    }

    /// As subscribers on another loop have it.
    private MirroredTrack mirror(InboundTrack track) {
        var told =
                new LoopCommand.Track(
                        1, track.mid(), track.codec(), track.extensions(), track.cname());
        MirroredTrack.Home home =
                (_, channel, keyFrame) -> {
                    if (!keyFrame) {
                        track.forwarder().add(new PipeSink(pipe.writer(), channel, track));
                    }
                };
        return new MirroredTrack(new RoomId(1), told, mirrors, home, fates, new Wakeup());
    }

    private void drain(long nowNanos) {
        pipe.writer().publish();
        var reader = pipe.reader();
        while (reader.next()) {
            Objects.requireNonNull(mirrors.find(reader.channel())).onPacket(reader, nowNanos);
        }
        reader.release();
    }

    private void assertNoGarbage(Peer publisher, Codec codec) {
        breakOnce(publisher, codec);

        // The compiler may make garbage of its own while it works, so the best of some windows
        // counts.
        var least = Long.MAX_VALUE;
        for (var window = 0; window < WINDOWS; window++) {
            var before = threads.getCurrentThreadAllocatedBytes();
            forward(publisher, codec, PACKETS / WINDOWS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(fates.get(Fate.SENT)).isGreaterThan((long) (PACKETS - 10) * SUBSCRIBERS);
        // A total, not a quotient: integer division would hide 0.9 bytes a packet.
        assertThat(least).as("bytes of garbage").isLessThan(4_096);
    }

    private Peer publish(Codec codec) {
        var publisher = peer(1);
        publisher.plan(Plans.of(Plans.receives(0, codec, SSRC, -1)), 0);
        publisher.onConnected(0);
        return publisher;
    }

    private void feed(ForwardSource source, Codec codec) {
        for (var i = 0; i < SUBSCRIBERS; i++) {
            var subscriber = peer(2 + i);
            subscriber.plan(Plans.of(Plans.sends(0, codec)), 0);
            subscriber.onConnected(0);
            subscriber.outbound(0, codec.kind()).feedFrom(source, 0);
            subscribers.add(subscriber);
        }
    }

    /// From the second run on what counts frames is rewritten.
    private void breakOnce(Peer publisher, Codec codec) {
        forward(publisher, codec, 1);
        sequence = KEY_FRAME_EVERY;
        for (var subscriber : subscribers) {
            subscriber.pause(true, 0);
            subscriber.pause(false, 0);
        }
    }

    private Peer peer(long id) {
        return new Peer(new PeerId(id), new NullTransport(), NullListener.INSTANCE, context);
    }

    private void forward(Peer publisher, Codec codec, int packets) {
        for (var i = 0; i < packets; i++) {
            var at = context.memory().writeOffset();
            var length = write(at, codec);
            publisher.onRtp(length, sequence * 1_000_000L);
            drain(sequence * 1_000_000L);
        }
    }

    private int write(long at, Codec codec) {
        var number = sequence++;
        var keyFrame = number % KEY_FRAME_EVERY == 0;
        put(
                at,
                (codec == Codec.AV1 ? 0x9000_0000 : 0x8000_0000)
                        | (Plans.payloadType(codec) << 16)
                        | (number & 0xFFFF));
        put(at + 4, number);
        put(at + 8, SSRC);
        var first = number & 0x7FFF;
        var second = (number & 0xFF) << 24;
        switch (codec) {
            case VP9 -> {
                put(at + 12, (keyFrame ? 0xAC80_0000 : 0xEC80_0000) | first << 8);
                put(at + 16, second);
            }
            case AV1 -> {
                put(at + 12, 0xBEDE_0001);
                put(at + 16, 0xC2C0_0000 | (number & 0xFFFF));
                put(at + 20, keyFrame ? 0x1800_0000 : 0x1000_0000);
            }
            default -> {
                put(at + 12, 0x90E0_8000 | first);
                put(at + 16, second | (keyFrame ? 0x0010_0200 : 0x0011_0200));
            }
        }
        return 1_200;
    }

    private void put(long at, int value) {
        memory.set(INT, at, value);
    }

    private final class NullTransport implements PeerTransport, Egress {
        @Override
        public Egress egress() {
            return this;
        }

        @Override
        public void close(PeerEnd end) {}

        @Override
        public MemorySegment memory() {
            return egressMemory;
        }

        @Override
        public long reserve(int bytes) {
            return 0;
        }

        @Override
        public Fate sendRtp(
                int headerBytes,
                MemorySegment payload,
                long payloadOffset,
                int payloadBytes,
                long packetIndex) {
            return Fate.SENT;
        }

        @Override
        public Fate sendRtcp(int bytes) {
            return Fate.SENT;
        }
    }

    private enum NullListener implements PeerListener {
        INSTANCE;

        @Override
        public void onConnected(Peer peer, long nowNanos) {}

        @Override
        public void onClosed(Peer peer, PeerEnd end, long nowNanos) {}

        @Override
        public void onTalking(
                Peer peer,
                int lineIndex,
                String mid,
                boolean talking,
                double averageLevel,
                long nowNanos) {}
    }
}
