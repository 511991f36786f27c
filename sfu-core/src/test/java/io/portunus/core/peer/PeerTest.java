// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.testkit.Bytes;
import io.portunus.core.testkit.Plans;
import io.portunus.core.testkit.RecordingTransport;
import io.portunus.core.time.WallClock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerTest implements PeerListener {
    private static final long MILLIS = 1_000_000;
    private static final int SSRC = 0x1000;
    private static final int KEY = 0x10;
    private static final int DELTA = 0x11;

    private final List<MediaEvent> events = new ArrayList<>();
    private final List<String> talk = new ArrayList<>();
    private final FateCounters fates = new FateCounters();
    private final LoopContext context =
            new LoopContext(
                    new PacketMemory(
                            MemorySegment.ofArray(new byte[1_024 * PacketMemory.SLOT_BYTES])),
                    new WallClock(0, 1_700_000_000_000_000_000L),
                    fates,
                    new Random(7),
                    events::add);
    private final RecordingTransport toPublisher = new RecordingTransport();
    private final RecordingTransport toSubscriber = new RecordingTransport();
    private final Peer publisher = new Peer(new PeerId(1), toPublisher, this, context);
    private final Peer subscriber = new Peer(new PeerId(2), toSubscriber, this, context);
    private long nowNanos = 500 * MILLIS;

    @BeforeEach
    void connect() {
        publisher.plan(
                Plans.of(
                        Plans.receives(0, Codec.OPUS),
                        Plans.receives(1, Codec.VP8, SSRC, SSRC + 1)),
                nowNanos);
        publisher.onConnected(nowNanos);
        subscriber.plan(Plans.of(Plans.sends(0, Codec.OPUS), Plans.sends(1, Codec.VP8)), nowNanos);
        subscriber.outbound(0, MediaKind.AUDIO).feedFrom(publisher.inbound("0"), nowNanos);
        subscriber.outbound(1, MediaKind.VIDEO).feedFrom(publisher.inbound("1"), nowNanos);
    }

    @Test
    void aKeyFrameIsAskedForInTheMomentASubscriberConnects() {
        assertThat(toPublisher.rtcp(206, 1)).isEmpty();
        subscriber.onConnected(nowNanos);
        assertThat(toPublisher.rtcp(206, 1)).hasSize(1);
        assertThat(toPublisher.rtcp(206, 1).getFirst().integer(8)).isEqualTo(SSRC);
    }

    @Test
    void videoBeginsWithAKeyFrameAndSoundAtOnce() {
        subscriber.onConnected(nowNanos);
        video(10, DELTA);
        assertThat(toSubscriber.rtp()).isEmpty();
        audio(77, 20);
        video(11, KEY);
        video(12, DELTA);
        assertThat(toSubscriber.rtp()).hasSize(3);
        assertThat(fates.get(Fate.AWAITING_KEY_FRAME)).isEqualTo(1);
        assertThat(number(2)).isEqualTo((number(1) + 1) & 0xFFFF);
    }

    @Test
    void paddingLeavesNoGapAndLossDoes() {
        subscriber.onConnected(nowNanos);
        video(10, KEY);
        receive(
                ByteBuffer.allocate(16)
                        .put(header(11, Plans.payloadType(Codec.VP8), SSRC))
                        .put(0, (byte) 0xA0)
                        .put(15, (byte) 4)
                        .array());
        video(12, DELTA);
        video(14, DELTA);
        assertThat(number(1)).isEqualTo(number(0) + 1);
        assertThat(number(2)).isEqualTo(number(0) + 3);
        assertThat(fates.get(Fate.PADDING_ONLY)).isEqualTo(1);
    }

    @Test
    void aNackIsAnsweredWithTheSameContentBehindItsNumber() {
        subscriber.onConnected(nowNanos);
        video(10, KEY);
        video(11, DELTA);
        var lost = Bytes.of(toSubscriber.rtp().get(1));
        nack(number(1));
        nack(number(1));

        assertThat(toSubscriber.rtp()).as("once within a round trip").hasSize(3);
        assertThat(fates.get(Fate.RESEND_TOO_SOON)).isEqualTo(1);
        var again = Bytes.of(toSubscriber.rtp().get(2));
        var track = subscriber.outbound(1, MediaKind.VIDEO);
        assertThat(again.unsignedInteger(8)).isEqualTo(track.rtxSsrc());
        assertThat(again.unsignedByte(1) & 0x7F).isEqualTo(Plans.rtxPayloadType(Codec.VP8));
        assertThat(again.integer(4)).isEqualTo(lost.integer(4));
        var payload = payload(again);
        assertThat(ByteBuffer.wrap(payload).getShort() & 0xFFFF).isEqualTo(number(1));
        assertThat(Arrays.copyOfRange(payload, 2, payload.length)).isEqualTo(payload(lost));
    }

    @Test
    void aPublisherThatStartsAnewContinuesTheStreamAtItsKeyFrame() {
        subscriber.onConnected(nowNanos);
        video(10, KEY);
        var before = Bytes.of(toSubscriber.rtp().getFirst()).integer(4);
        nowNanos += 1_000 * MILLIS;
        var asked = toPublisher.rtcp(206, 1).size();
        // Another SSRC, told by the payload type alone, and numbers from elsewhere.
        receive(vp8(40_000, 5, 0x7777, DELTA));
        assertThat(toSubscriber.rtp()).hasSize(1);
        assertThat(toPublisher.rtcp(206, 1).size()).isGreaterThan(asked);
        receive(vp8(40_001, 6, 0x7777, KEY));

        assertThat(number(1)).isEqualTo((number(0) + 1) & 0xFFFF);
        var advance = Bytes.of(toSubscriber.rtp().get(1)).integer(4) - before;
        assertThat(advance).as("ticks of the second that passed").isEqualTo(90_000);
    }

    @Test
    void manySsrcsAreRefusedAndChangeNothing() {
        subscriber.onConnected(nowNanos);
        video(10, KEY);
        for (var ssrc = 1; ssrc < 2_000; ssrc++) {
            receive(vp8(5, 5, 0x9000_0000 + ssrc, KEY));
        }
        video(11, DELTA);
        assertThat(fates.get(Fate.TOO_MANY_STREAMS)).isGreaterThan(1_900);
    }

    @Test
    void aBitrateLimitIsToldAtOnceAndEverySecondAndItsEndToo() {
        publisher.limitBitrate(300_000);
        assertThat(toPublisher.rtcp(206, 15)).as("where REMB was not agreed").isEmpty();
        publisher.plan(Plans.of(withPathExtensions(1, Codec.VP8, true)), nowNanos);
        publisher.limitBitrate(400_000);
        assertThat(toPublisher.rtcp(206, 15)).hasSize(1);
        advance(2_000);
        assertThat(limits()).containsExactly(400_000L, 400_000L, 400_000L);

        publisher.limitBitrate(0);
        advance(10_000);
        assertThat(limits()).hasSize(6).endsWith(99_999_744L);
    }

    @Test
    void whatConcernsThePathIsOurOwnOverAllTracksOfASubscriber() {
        subscriber.plan(
                Plans.of(
                        withPathExtensions(0, Codec.OPUS, false),
                        withPathExtensions(1, Codec.VP8, false)),
                nowNanos);
        subscriber.onConnected(nowNanos);
        audio(1, 33);
        video(10, KEY);
        nack(number(1));
        audio(2, 44);

        var sent = toSubscriber.rtp().stream().map(Bytes::of).toList();
        assertThat(sent.stream().map(packet -> extension(packet, 5)))
                .as("transport-wide sequence, repairs included")
                .containsExactly("0000", "0001", "0002", "0003");
        assertThat(sent.stream().map(packet -> extension(packet, 4)))
                .as("mid")
                .containsExactly("30", "31", "31", "30");
        assertThat(sent.stream().map(packet -> extension(packet, 1)))
                .as("audio level, as the publisher sent it")
                .containsExactly("21", "", "", "2c");
        // Half a second past a multiple of 64, in 6 bits of seconds and 18 of fraction.
        assertThat(extension(sent.getFirst(), 2)).as("send time").isEqualTo("020000");
    }

    @Test
    void arrivalsAreToldToAPublisherThatCountsItsPackets() {
        publisher.plan(Plans.of(withPathExtensions(1, Codec.VP8, true)), nowNanos);
        for (var i = 0; i < 3; i++) {
            counted(10 + i, SSRC, Plans.payloadType(Codec.VP8), 700 + i);
        }
        advance(99);
        assertThat(toPublisher.rtcp(205, 15)).isEmpty();
        advance(1);
        var feedback = toPublisher.rtcp(205, 15).getFirst();
        assertThat(feedback.integer(8)).as("a stream the client knows").isEqualTo(SSRC);
        assertThat(feedback.unsignedShort(12)).as("first of those told of").isEqualTo(700);
        assertThat(feedback.unsignedShort(14)).as("how many").isEqualTo(3);
    }

    @Test
    void whatWeHaveNoUseForHasArrivedAllTheSame() {
        var vp8 = Plans.payloadType(Codec.VP8);
        var simulcast =
                List.of(
                        new MediaPlan.Encoding("", SSRC, -1),
                        new MediaPlan.Encoding("", SSRC + 8, -1));
        publisher.plan(
                Plans.of(
                        Plans.receives(0, Codec.OPUS),
                        withPathExtensions(1, Codec.VP8, true, simulcast)),
                nowNanos);
        counted(10, SSRC, vp8, 700);
        counted(20, SSRC + 8, vp8, 701);
        counted(30, 0x9000, 126, 702);
        counted(40, 0x9001, vp8, 703);
        counted(11, SSRC, vp8, 704);
        counted(50, 0x9002, vp8, 705);
        advance(100);

        assertThat(fates.get(Fate.UNUSED_ENCODING)).isEqualTo(1);
        assertThat(fates.get(Fate.UNKNOWN_STREAM)).isEqualTo(2);
        assertThat(fates.get(Fate.TOO_MANY_STREAMS)).isEqualTo(1);
        var feedback = toPublisher.rtcp(205, 15).getFirst();
        var statuses = feedback.unsignedShort(20);
        assertThat(
                        IntStream.range(0, feedback.unsignedShort(14))
                                .map(i -> (statuses >> (12 - 2 * i)) & 3))
                .as("0 is a loss that the publisher slows down for")
                .containsExactly(1, 1, 1, 1, 1, 1);
    }

    @Test
    void mediaThatBeginsAndStopsIsToldOf() {
        audio(1, 20);
        audio(2, 20);
        assertThat(events)
                .containsExactly(
                        new PeerEvent.Receiving(new PeerId(1), "0", MediaKind.AUDIO, true, 0));
        advance(3_000);
        audio(3, 20);
        assertThat(events.subList(1, events.size()))
                .containsExactly(
                        new PeerEvent.Receiving(new PeerId(1), "0", MediaKind.AUDIO, false, 1),
                        new PeerEvent.Receiving(new PeerId(1), "0", MediaKind.AUDIO, true, 0));
    }

    @Test
    void whoTalksIsToldOfOnChange() {
        publisher.audioLevels(true, 5, 25);
        for (var i = 0; i < 20; i++) {
            audio(i, i < 10 ? 10 : 90);
        }
        assertThat(talk).containsExactly("0 0 true 10.0", "0 0 false 90.0");
    }

    @Test
    void clocksAndReceptionAreReported() {
        subscriber.onConnected(nowNanos);
        video(10, KEY);
        advance(20);
        var track = subscriber.outbound(1, MediaKind.VIDEO);
        var reports = toSubscriber.rtcp(200, -1);
        assertThat(reports).as("soon after the stream begins").hasSize(1);
        assertThat(reports.getFirst().unsignedInteger(4)).isEqualTo(track.ssrc());
        assertThat(reports.getFirst().integer(20)).as("packets sent").isEqualTo(1);

        video(12, DELTA);
        advance(1_000);
        var block = toPublisher.rtcp(201, 1).getLast();
        assertThat(block.integer(8)).isEqualTo(SSRC);
        assertThat(block.integer(12) & 0xFF_FFFF).as("packets lost").isEqualTo(1);
        assertThat(block.integer(16)).as("highest number").isEqualTo(12);
    }

    @Test
    void whereThereIsOnlySoundEachReportTellsTheLossSinceTheOneBefore() {
        publisher.plan(Plans.of(Plans.receives(0, Codec.OPUS)), nowNanos);
        audio(0, 20);
        advance(1_000);
        for (var i = 1; i <= 60; i++) {
            if (i % 4 != 0 || i > 40) {
                audio(i, 20);
            }
            advance(50);
        }
        advance(5_000);
        audio(61, 20);
        advance(2_000);

        var fractions =
                toPublisher.rtcp(201, 1).stream().map(block -> block.unsignedByte(12)).toList();
        assertThat(fractions)
                .as("what the publisher hears of 10 lost in 60, in 256ths, and then of none")
                .containsExactly(0, 10 * 256 / 60, 0);
    }

    @Test
    void whatMakesNoSenseIsCounted() {
        receive(new byte[] {1, 2, 3});
        publisher.onRtcp(
                MemorySegment.ofArray(new byte[] {(byte) 0x80, (byte) 200, 0, 6}), 0, 4, 0);
        receive(vp8(1, 1, 0x55, KEY, 3));
        assertThat(fates.get(Fate.RTP_MALFORMED)).isEqualTo(1);
        assertThat(fates.get(Fate.RTCP_MALFORMED)).isEqualTo(1);
        assertThat(fates.get(Fate.UNKNOWN_STREAM)).isEqualTo(1);
    }

    @Test
    void whileMutedByTheServerNothingIsHandedOn() {
        subscriber.onConnected(nowNanos);
        var track = publisher.inboundTracks().get(1);
        video(10, KEY);
        track.relay(false, nowNanos);
        video(11, DELTA);
        track.relay(true, nowNanos);
        video(12, DELTA);
        assertThat(toSubscriber.rtp()).as("before the next key frame").hasSize(1);
        video(13, KEY);
        assertThat(number(1)).isEqualTo((number(0) + 1) & 0xFFFF);
    }

    private static MediaPlan.Line withPathExtensions(int index, Codec codec, boolean receives) {
        return withPathExtensions(index, codec, receives, List.of());
    }

    private static MediaPlan.Line withPathExtensions(
            int index, Codec codec, boolean receives, List<MediaPlan.Encoding> encodings) {
        return new MediaPlan.Line(
                index,
                Integer.toString(index),
                receives,
                !receives,
                codec,
                Plans.payloadType(codec),
                Plans.rtxPayloadType(codec),
                Set.of(MediaPlan.Feedback.REMB, MediaPlan.Feedback.TRANSPORT_CC),
                new ExtensionMap(
                        Map.of(
                                ExtensionKind.AUDIO_LEVEL, 1,
                                ExtensionKind.ABS_SEND_TIME, 2,
                                ExtensionKind.MID, 4,
                                ExtensionKind.TRANSPORT_SEQUENCE, 5)),
                encodings);
    }

    /// What each bitrate limit that was told says (draft-alvestrand-rmcat-remb-03 §2.2).
    private List<Long> limits() {
        return toPublisher.rtcp(206, 15).stream()
                .map(remb -> remb.integer(16) & 0xFF_FFFF)
                .map(word -> (long) (word & 0x3_FFFF) << (word >> 18))
                .toList();
    }

    /// The data of a header extension in the one-byte form, in hexadecimal; empty without.
    private static String extension(Bytes packet, int id) {
        var end = 16 + 4 * packet.unsignedShort(14);
        for (var at = 16; at < end && packet.unsignedByte(at) != 0; ) {
            var length = (packet.unsignedByte(at) & 0x0F) + 1;
            if (packet.unsignedByte(at) >> 4 == id) {
                var array = packet.buffer().array();
                return HexFormat.of().formatHex(array, at + 1, at + 1 + length);
            }
            at += 1 + length;
        }
        return "";
    }

    /// A packet of a picture with a transport-wide number.
    private void counted(int sequence, int ssrc, int payloadType, int transportSequence) {
        receive(
                ByteBuffer.allocate(28)
                        .put(header(sequence, payloadType, ssrc))
                        .put(0, (byte) 0x90)
                        .putInt(0xBEDE_0001)
                        .put((byte) 0x51)
                        .putShort((short) transportSequence)
                        .put((byte) 0)
                        .putInt(0x9080_8001)
                        .array());
    }

    private void video(int sequence, int frame) {
        receive(vp8(sequence, sequence, SSRC, frame));
    }

    private static byte[] vp8(int sequence, int picture, int ssrc, int frame) {
        return vp8(sequence, picture, ssrc, frame, Plans.payloadType(Codec.VP8));
    }

    /// RFC 7741 §4.2 with a picture id of 15 bits; each packet is a frame.
    private static byte[] vp8(int sequence, int picture, int ssrc, int frame, int payloadType) {
        return ByteBuffer.allocate(24)
                .put(header(sequence, payloadType, ssrc))
                .put((byte) 0x90)
                .put((byte) 0x80)
                .putShort((short) (0x8000 | picture))
                .put((byte) frame)
                .put(20, (byte) sequence)
                .array();
    }

    private void audio(int sequence, int level) {
        receive(
                ByteBuffer.allocate(24)
                        .put(header(sequence, Plans.payloadType(Codec.OPUS), 0x2000))
                        .put(0, (byte) 0x90)
                        .putInt(0xBEDE_0001)
                        .put((byte) 0x10)
                        .put((byte) level)
                        .array());
    }

    private static byte[] header(int sequence, int payloadType, int ssrc) {
        return ByteBuffer.allocate(12)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt(3_000 * sequence)
                .putInt(ssrc)
                .array();
    }

    private void receive(byte[] packet) {
        var memory = context.memory();
        MemorySegment.copy(
                packet,
                0,
                memory.memory(),
                ValueLayout.JAVA_BYTE,
                memory.writeOffset(),
                packet.length);
        publisher.onRtp(packet.length, nowNanos);
    }

    private void nack(int sequence) {
        var bytes =
                ByteBuffer.allocate(16)
                        .putInt(0x81CD_0003)
                        .putInt(1)
                        .putInt((int) subscriber.outbound(1, MediaKind.VIDEO).ssrc())
                        .putInt(sequence << 16)
                        .array();
        subscriber.onRtcp(MemorySegment.ofArray(bytes), 0, bytes.length, nowNanos);
    }

    private int number(int sent) {
        return Bytes.of(toSubscriber.rtp().get(sent)).unsignedShort(2);
    }

    private static byte[] payload(Bytes packet) {
        var header = 12;
        if ((packet.unsignedByte(0) & 0x10) != 0) {
            header += 4 + 4 * packet.unsignedShort(14);
        }
        return Arrays.copyOfRange(packet.buffer().array(), header, packet.length());
    }

    /// Fires every deadline for so long, as a media loop would.
    private void advance(long millis) {
        var end = nowNanos + millis * MILLIS;
        while (true) {
            var next = Math.min(publisher.nextDeadlineNanos(), subscriber.nextDeadlineNanos());
            if (next > end) {
                break;
            }
            nowNanos = Math.max(nowNanos, next);
            for (var peer : List.of(publisher, subscriber)) {
                if (peer.nextDeadlineNanos() <= nowNanos) {
                    peer.onDeadline(nowNanos);
                }
            }
        }
        nowNanos = end;
    }

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
            long nowNanos) {
        talk.add(lineIndex + " " + mid + " " + talking + " " + averageLevel);
    }
}
