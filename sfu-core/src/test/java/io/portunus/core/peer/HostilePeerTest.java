// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.testkit.Mutations;
import io.portunus.core.testkit.Plans;
import io.portunus.core.time.WallClock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A client that sends whatever it likes, and one that watches it and does the same: two such calls
/// that differ only in what lies around each packet in memory have to go the same way.
class HostilePeerTest {
    private static final int CASES = 25_000;
    private static final long MILLIS = 1_000_000;
    private static final int FIRST_SSRC = 1_000;
    private static final int FRONT = 300;

    /// Publisher, subscriber and all that is sent to both.
    private static final class Call implements PeerTransport, Egress, PeerListener {
        private static final int PLACE = 512;
        private static final int ROOM = 4_096;
        private static final ValueLayout.OfShort SHORT =
                ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
        private static final ValueLayout.OfInt INT =
                ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

        private final byte poison;
        private final FateCounters fates = new FateCounters();
        private final MemorySegment egress = MemorySegment.ofArray(new byte[ROOM]);
        private final MemorySegment reports = MemorySegment.ofArray(new byte[ROOM]);
        private final LoopContext context;
        private final Peer publisher;
        private final Peer subscriber;
        private int reserved;
        private long digest;
        private long packets;
        private int lastSsrc;
        private int lastSequence;

        Call(int poison) {
            this.poison = (byte) poison;
            var memory = MemorySegment.ofArray(new byte[1_024 * PacketMemory.SLOT_BYTES]);
            context =
                    new LoopContext(
                            new PacketMemory(memory),
                            new WallClock(0, 1_700_000_000_000_000_000L),
                            fates,
                            new Random(7),
                            _ -> {});
            publisher = new Peer(new PeerId(1), this, this, context);
            subscriber = new Peer(new PeerId(2), this, this, context);
            publisher.plan(plan(true), 0);
            publisher.onConnected(0);
            publisher.audioLevels(true, 10, 40);
            subscriber.plan(plan(false), 0);
            subscriber.onConnected(0);
            for (var codec : Codec.values()) {
                var track = publisher.inbound(Integer.toString(codec.ordinal()));
                subscriber.outbound(codec.ordinal(), codec.kind()).feedFrom(track, 0);
            }
        }

        void rtp(byte[] packet, long nowNanos) {
            var slots = context.memory();
            slots.memory().asSlice(slots.writeOffset(), PacketMemory.SLOT_BYTES).fill(poison);
            copy(packet, slots.memory(), slots.writeOffset());
            publisher.onRtp(packet.length, nowNanos);
        }

        void rtcp(byte[] packet, boolean toPublisher, long nowNanos) {
            reports.fill(poison);
            copy(packet, reports, FRONT);
            var peer = toPublisher ? publisher : subscriber;
            peer.onRtcp(reports, FRONT, packet.length, nowNanos);
        }

        void wake(long nowNanos) {
            for (var peer : List.of(publisher, subscriber)) {
                if (peer.nextDeadlineNanos() <= nowNanos) {
                    peer.onDeadline(nowNanos);
                }
            }
        }

        private static void copy(byte[] from, MemorySegment to, long at) {
            MemorySegment.copy(from, 0, to, ValueLayout.JAVA_BYTE, at, from.length);
        }

        @Override
        public Egress egress() {
            return this;
        }

        @Override
        public MemorySegment memory() {
            return egress;
        }

        @Override
        public long reserve(int bytes) {
            if (bytes < 1 || bytes > 2_048) {
                throw new AssertionError("room for " + bytes + " bytes is asked for");
            }
            reserved = bytes;
            return PLACE;
        }

        @Override
        public Fate sendRtp(int header, MemorySegment payload, long at, int bytes, long index) {
            note(egress, PLACE, header);
            note(payload, at, bytes);
            digest = 31 * digest + index;
            if (header + bytes > reserved) {
                throw new AssertionError("more is sent than was reserved");
            }
            lastSequence = egress.get(SHORT, PLACE + 2) & 0xFFFF;
            lastSsrc = egress.get(INT, PLACE + 8);
            packets++;
            return Fate.SENT;
        }

        @Override
        public Fate sendRtcp(int bytes) {
            note(egress, PLACE, bytes);
            packets++;
            return Fate.SENT;
        }

        private void note(MemorySegment memory, long at, int bytes) {
            for (var i = 0; i < bytes; i++) {
                digest = 31 * digest + memory.get(ValueLayout.JAVA_BYTE, at + i);
            }
        }

        @Override
        public void close(PeerEnd end) {}

        @Override
        public void onConnected(Peer peer, long nowNanos) {}

        @Override
        public void onClosed(Peer peer, PeerEnd end, long nowNanos) {}

        @Override
        public void onTalking(
                Peer peer, int line, String mid, boolean on, double level, long nowNanos) {
            digest = 31 * digest + line + (on ? 1 : 0);
        }
    }

    private final List<Call> calls = List.of(new Call(0x00), new Call(0xFF), new Call(0x90));
    private final SplittableRandom random = new SplittableRandom(11);
    private final Mutations mutations = new Mutations(12);
    private final int[] sequence = new int[Codec.values().length];
    private long nowNanos = 1_000 * MILLIS;

    @Test
    void whatLiesAroundPacketsChangesNothingWhateverTheySay() {
        var valid = new ArrayList<byte[]>();
        for (var i = 0; i < 200; i++) {
            valid.add(media());
        }
        for (var i = 0; i < CASES; i++) {
            nowNanos += random.nextInt(1_000_000);
            if (random.nextInt(3) == 0) {
                var packet = hostile(feedback(), valid);
                var toPublisher = random.nextInt(4) == 0;
                calls.forEach(call -> call.rtcp(packet, toPublisher, nowNanos));
            } else {
                var packet = hostile(media(), valid);
                calls.forEach(call -> call.rtp(packet, nowNanos));
            }
            calls.forEach(call -> call.wake(nowNanos));
            assertSame(i);
        }
        assertThat(calls.getFirst().packets).as("packets out").isGreaterThan(CASES / 8);
        for (var fate :
                EnumSet.of(
                        Fate.RTP_MALFORMED,
                        Fate.RTCP_MALFORMED,
                        Fate.UNKNOWN_STREAM,
                        Fate.UNKNOWN_PAYLOAD_TYPE,
                        Fate.TOO_MANY_STREAMS,
                        Fate.DUPLICATE,
                        Fate.TOO_LATE,
                        Fate.PADDING_ONLY,
                        Fate.RECEIVED,
                        Fate.AWAITING_KEY_FRAME,
                        Fate.SENT,
                        Fate.RESENT,
                        Fate.RESEND_TOO_SOON,
                        Fate.RESEND_TOO_OLD)) {
            assertThat(calls.getFirst().fates.get(fate)).as("%s is reached", fate).isPositive();
        }
    }

    /// What a client can make us keep is bounded by what is made for it at all.
    @Test
    void hostileClientsMakeNothingGrow() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var call = calls.getFirst();
        var valid = List.of(media(), feedback());
        var made = 0L;
        for (var i = 0; i < CASES; i++) {
            nowNanos += 100_000;
            var media = random.nextInt(3) > 0;
            var packet = hostile(media ? media() : feedback(), valid);
            place(call, packet);
            var before = threads.getCurrentThreadAllocatedBytes();
            if (media) {
                call.publisher.onRtp(packet.length, nowNanos);
            } else {
                call.subscriber.onRtcp(call.reports, FRONT, packet.length, nowNanos);
            }
            made += threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(made / CASES).as("bytes of memory per packet").isLessThan(64);
    }

    private static void place(Call call, byte[] packet) {
        var slots = call.context.memory();
        Call.copy(packet, slots.memory(), slots.writeOffset());
        Call.copy(packet, call.reports, FRONT);
    }

    private byte[] hostile(byte[] packet, List<byte[]> others) {
        return random.nextBoolean() ? packet : mutations.mutate(packet, others);
    }

    private void assertSame(int at) {
        var expected = calls.getFirst().digest;
        for (var call : calls) {
            if (call.digest != expected) {
                assertThat(call.digest).as("what goes out after case %s", at).isEqualTo(expected);
            }
        }
    }

    /// A media packet, its retransmission, or padding, with all header extensions.
    private byte[] media() {
        var codec = Codec.values()[random.nextInt(Codec.values().length)];
        var line = codec.ordinal();
        var repair = random.nextInt(8) == 0;
        var number = sequence[line]++;
        var packet = ByteBuffer.allocate(400);
        packet.put((byte) 0x90);
        packet.put((byte) (Plans.payloadType(codec) + (repair ? 1 : 0)));
        packet.putShort((short) number).putInt(3_000 * number);
        packet.putInt(FIRST_SSRC + 2 * line + (repair ? 1 : 0));
        packet.putInt(0xBEDE_0004);
        packet.put((byte) 0x40).put((byte) ('0' + line));
        packet.put((byte) 0x51).putShort((short) sum(sequence));
        packet.put((byte) 0x10).put((byte) number);
        packet.put((byte) 0xC2).put((byte) 0xC0).putShort((short) number);
        packet.put((byte) 0).putInt(0);
        if (repair) {
            packet.putShort((short) (number - random.nextInt(20)));
        }
        switch (random.nextInt(20)) {
            case 0 -> packet.put(0, (byte) 0xB0).putInt(4);
            case 1 -> packet.put(new byte[random.nextInt(200)]);
            default -> packet.put(payload(codec, number, random.nextInt(6) == 0));
        }
        return Arrays.copyOf(packet.array(), packet.position());
    }

    private static byte[] payload(Codec codec, int number, boolean key) {
        var counter = "%04X".formatted(0x8000 | (number & 0x7FFF));
        var low = "%02X".formatted(number & 0xFF);
        var hex =
                switch (codec) {
                    case OPUS, PCMU, PCMA, G722 -> "FC010203";
                    case VP8 -> "90E0" + counter + low + "00" + (key ? "1002" : "1102");
                    case VP9 -> (key ? "AC" : "EC") + counter + "00" + low;
                    case H264 -> key ? "7800026742000265888899" : "41880102";
                    case AV1 -> key ? "180A" : "1032";
                    case H265 -> key ? "6001000340010C0003260180" : "020180";
                };
        return HexFormat.of().parseHex(hex);
    }

    private static int sum(int[] numbers) {
        var sum = 0;
        for (var number : numbers) {
            sum += number;
        }
        return sum;
    }

    /// Reports, requests and goodbyes about what is there.
    private byte[] feedback() {
        var call = calls.getFirst();
        var inbound = FIRST_SSRC + 2 * random.nextInt(Codec.values().length);
        var packet = ByteBuffer.allocate(200);
        switch (random.nextInt(6)) {
            case 0 -> {
                packet.putInt(0x81C8_000C).putInt(inbound);
                packet.putLong(random.nextLong()).putInt(random.nextInt()).putInt(1).putInt(2);
                packet.putInt(call.lastSsrc).putInt(random.nextInt()).putInt(0).putInt(0);
                packet.putInt(random.nextInt()).putInt(random.nextInt());
            }
            case 1 -> packet.putInt(0x81CB_0001).putInt(inbound);
            case 2 -> packet.putInt(0x81CE_0002).putInt(1).putInt(call.lastSsrc);
            case 3 -> {
                packet.putInt(0x84CE_0004).putInt(1).putInt(0);
                packet.putInt(call.lastSsrc).putInt(random.nextInt());
            }
            default -> {
                packet.putInt(0x81CD_0004).putInt(1).putInt(call.lastSsrc);
                packet.putInt((call.lastSequence - random.nextInt(30)) << 16 | 0xF00F);
                packet.putInt(random.nextInt());
            }
        }
        return Arrays.copyOf(packet.array(), packet.position());
    }

    private static MediaPlan plan(boolean receives) {
        var extensions =
                new ExtensionMap(
                        Map.of(
                                ExtensionKind.AUDIO_LEVEL, 1,
                                ExtensionKind.ABS_SEND_TIME, 2,
                                ExtensionKind.MID, 4,
                                ExtensionKind.TRANSPORT_SEQUENCE, 5,
                                ExtensionKind.RID, 6,
                                ExtensionKind.DEPENDENCY_DESCRIPTOR, receives ? 12 : 21));
        var lines = new ArrayList<MediaPlan.Line>();
        for (var codec : Codec.values()) {
            var line = codec.ordinal();
            var ssrc = FIRST_SSRC + 2 * line;
            lines.add(
                    new MediaPlan.Line(
                            line,
                            Integer.toString(line),
                            receives,
                            !receives,
                            codec,
                            Plans.payloadType(codec),
                            Plans.rtxPayloadType(codec),
                            EnumSet.allOf(MediaPlan.Feedback.class),
                            extensions,
                            receives
                                    ? List.of(new MediaPlan.Encoding("", ssrc, ssrc + 1))
                                    : List.of()));
        }
        return new MediaPlan(lines);
    }
}
