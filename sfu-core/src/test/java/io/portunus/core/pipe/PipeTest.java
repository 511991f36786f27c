// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.pipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.core.codec.Codec;
import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.forward.Forwarder;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.RtpPacket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PipeTest {
    private static final int SLOTS = 64;
    private static final int KEPT = SLOTS / 4 * 3;
    private static final long CHANNEL = 7;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final Pipe pipe = new Pipe(MemorySegment.ofArray(new byte[SLOTS * Pipe.SLOT_BYTES]));
    private final PipeWriter writer = pipe.writer();
    private final PipeReader reader = pipe.reader();
    private final MemorySegment memory = MemorySegment.ofArray(new byte[Pipe.SLOT_BYTES]);
    private final TrackPacket packet = new TrackPacket();
    private final ForwardSource source = new Source();

    @Test
    void whatIsPutInComesOutInOrderWithAllThatIsKnownOfIt() {
        packet.frame().startsKeyFrame = true;
        packet.frame().temporalLayer = 2;
        assertThat(write(5, 1_000)).isEqualTo(Fate.PIPED);
        assertThat(writer.skip(CHANNEL, 3, 6, 11)).isTrue();
        assertThat(reader.next()).as("before it was published").isFalse();

        assertThat(writer.publish()).isTrue();
        assertThat(writer.publish()).as("nothing new").isFalse();

        assertThat(reader.waitingSinceNanos()).isEqualTo(10);
        assertThat(reader.next()).isTrue();
        var out = new TrackPacket();
        assertThat(reader.read(out)).isTrue();
        assertThat(reader.channel()).isEqualTo(CHANNEL);
        assertThat(out.epoch()).isEqualTo(3);
        assertThat(out.index()).isEqualTo(5);
        assertThat(out.rtp().sizeBytes()).isEqualTo(1_000);
        assertThat(out.rtp().memory().get(LONG, out.rtp().offset() + 12)).isEqualTo(5);
        assertThat(out.frame().startsKeyFrame).isTrue();
        assertThat(out.frame().startsFrame).isFalse();
        assertThat(out.frame().temporalLayer).isEqualTo(2);
        assertThat(reader.hasClock()).isTrue();
        assertThat(reader.clock()).isEqualTo(42);
        assertThat(reader.next()).isTrue();
        assertThat(reader.isSkipped()).isTrue();
        assertThat(reader.index()).isEqualTo(6);
        assertThat(reader.next()).isFalse();
        assertThat(reader.waitingSinceNanos()).isZero();
    }

    /// A join must not break the streams of those who were there before.
    @Test
    void whoCatchesUpLeavesRoomForWhatIsLive() {
        for (var i = 0; i < SLOTS; i++) {
            write(i, 100);
        }
        writer.publish();
        while (reader.next()) {
            reader.release();
        }
        assertThat(writer.roomForKept()).as("half of what was given back").isEqualTo(SLOTS / 8);
        writer.writeKept(CHANNEL, 0, 1, packet.rtp(), 0);
        assertThat(writer.roomForKept()).isEqualTo(SLOTS / 8 - 1);
    }

    @Test
    void aFullPipeRefusesUntilTheReaderGivesRoomBack() {
        for (var i = 0; i < SLOTS; i++) {
            assertThat(write(i, 100)).isEqualTo(Fate.PIPED);
        }
        assertThat(write(SLOTS, 100)).isEqualTo(Fate.PIPE_FULL);
        assertThat(writer.skip(CHANNEL, 0, SLOTS, 0)).isFalse();
        writer.publish();

        for (var i = 0; i < SLOTS; i++) {
            assertThat(reader.next()).isTrue();
        }
        assertThat(write(SLOTS, 100)).as("read, but not given back").isEqualTo(Fate.PIPE_FULL);
        reader.release();

        for (var i = 0; i < SLOTS - KEPT; i++) {
            assertThat(write(SLOTS + i, 100)).isEqualTo(Fate.PIPED);
        }
        assertThat(write(2 * SLOTS, 100)).isEqualTo(Fate.PIPE_FULL);
    }

    @Test
    void whatWasReadIsKeptUntilItsRoomIsGivenBack() {
        for (var i = 0; i < SLOTS; i++) {
            write(i, 100);
        }
        writer.publish();
        reader.next();
        var first = reader.position();
        while (reader.next()) {
            // On to the last.
        }
        var last = reader.position();
        assertThat(reader.holds(first)).isTrue();
        reader.release();
        assertThat(reader.holds(first)).as("may be overwritten from now on").isFalse();
        assertThat(reader.holds(last)).isTrue();
        assertThat(reader.holds(last + 1)).as("not there yet").isFalse();
        assertThat(reader.memory().get(LONG, reader.offsetOf(last) + Pipe.HEADER_BYTES + 12))
                .isEqualTo(SLOTS - 1);
    }

    @Test
    void whatNoSubscriberCouldBeSentIsNotTaken() {
        assertThat(write(1, Pipe.MAX_PACKET_BYTES)).isEqualTo(Fate.PIPED);
        assertThat(write(2, Pipe.MAX_PACKET_BYTES + 1)).isEqualTo(Fate.TOO_LARGE);
    }

    @Test
    void aPipeOfTooLittleMemoryIsRefused() {
        var little = MemorySegment.ofArray(new byte[(int) Pipe.MIN_BYTES - 1]);
        assertThatThrownBy(() -> new Pipe(little)).isInstanceOf(IllegalArgumentException.class);
    }

    /// Two threads, as in a server: whatever comes out is what was put in, in order.
    @Test
    @Timeout(60)
    void nothingIsTornBetweenTwoThreads() throws InterruptedException {
        var count = 60_000;
        var failure = new AtomicReference<Throwable>();
        var reading =
                new Thread(() -> {
                    try {
                        readAll(count);
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                });
        reading.start();
        for (var i = 0; i < count && failure.get() == null; ) {
            if (write(i, 200 + i % 1_000) == Fate.PIPED) {
                i++;
            } else {
                writer.publish();
            }
            if (i % 7 == 0) {
                writer.publish();
                Thread.onSpinWait();
            }
        }
        writer.publish();
        reading.join();
        assertThat(failure.get()).as("what the reader met").isNull();
    }

    private void readAll(int count) {
        var out = new TrackPacket();
        for (var i = 0; i < count; ) {
            if (!reader.next()) {
                reader.release();
                Thread.onSpinWait();
                continue;
            }
            var isPacket = reader.read(out);
            var rtp = out.rtp();
            if (!isPacket
                    || out.index() != i
                    || rtp.sizeBytes() != 200 + i % 1_000
                    || rtp.memory().get(LONG, rtp.offset() + 12) != i
                    || rtp.memory().get(LONG, rtp.offset() + rtp.sizeBytes() - 8) != i) {
                throw new AssertionError("packet " + i + " came out as " + out.index());
            }
            i++;
            if (i % 5 == 0) {
                reader.release();
            }
        }
    }

    private Fate write(long index, int bytes) {
        memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x80);
        memory.set(LONG, 12, index);
        memory.set(LONG, Math.min(bytes, Pipe.SLOT_BYTES) - 8, index);
        packet.rtp().wrap(memory, 0, bytes);
        packet.number(3, index);
        return writer.write(CHANNEL, 3, packet, source, 10);
    }

    private static final class Source implements ForwardSource {
        @Override
        public Forwarder forwarder() {
            return new Forwarder(new FateCounters());
        }

        @Override
        public Codec codec() {
            return Codec.VP8;
        }

        @Override
        public ExtensionMap extensions() {
            return ExtensionMap.NONE;
        }

        @Override
        public void requestKeyFrame(long nowNanos) {}

        @Override
        public int epoch() {
            return 3;
        }

        @Override
        public long newestIndex(int epoch) {
            return -1;
        }

        @Override
        public boolean find(int epoch, long index, RtpPacket view, long nowNanos) {
            return false;
        }

        @Override
        public boolean hasClock() {
            return true;
        }

        @Override
        public int timestampAt(long nowNanos) {
            return 42;
        }

        @Override
        public String cname() {
            return "anna";
        }
    }
}
