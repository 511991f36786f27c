// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static io.portunus.core.peer.TwoPeers.DELTA;
import static io.portunus.core.peer.TwoPeers.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.fate.Fate;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.testkit.Bytes;
import io.portunus.core.testkit.Plans;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What belongs to before a change and comes after it, and what is asked for in between.
class ChangesTest {
    private static final int OLD = 0x1000;
    private static final int OLD_RTX = 0x1001;
    private static final int NEW = 0x7777;

    @Test
    void aRepairOfAStreamThatHasEndedIsNotTakenForOneOfTheNext() {
        var call = new TwoPeers(Plans.receives(0, Codec.VP8, OLD, OLD_RTX));
        call.video(OLD, 4_999, KEY);
        call.advance(1_000);
        call.video(NEW, 5_000, KEY);
        call.video(NEW, 5_003, DELTA);
        var before = call.toSubscriber.rtp().size();

        call.repair(OLD_RTX, 1, 5_001, DELTA);

        assertThat(call.toSubscriber.rtp())
                .as("content of the old stream shown as some of the new")
                .hasSize(before);
        assertThat(call.fates.get(Fate.UNKNOWN_STREAM)).isEqualTo(1);
    }

    @Test
    void theRetransmissionsOfTheNextStreamAreFoundAgain() {
        var call = new TwoPeers(Plans.receives(0, Codec.VP8, OLD, OLD_RTX));
        call.video(OLD, 4_999, KEY);
        call.advance(1_000);
        call.video(NEW, 5_000, KEY);
        call.video(NEW, 5_002, DELTA);
        var before = call.toSubscriber.rtp().size();
        call.repair(NEW + 1, 1, 5_001, DELTA);
        assertThat(call.toSubscriber.rtp()).hasSize(before + 1);
    }

    @Test
    void aLatePacketOfAnSsrcThatWasGivenUpIsLateAfterANegotiationToo() {
        var plan = Plans.receives(0, Codec.VP8);
        var call = new TwoPeers(plan);
        call.video(OLD, 10, KEY);
        call.advance(1_000);
        call.video(NEW, 40_000, KEY);
        call.publisher.plan(Plans.of(plan), call.nowNanos);

        call.video(OLD, 11, DELTA);
        call.video(NEW, 40_001, DELTA);

        assertThat(call.toSubscriber.rtp()).as("packets seen").hasSize(3);
        assertThat(call.fates.get(Fate.UNKNOWN_STREAM)).isEqualTo(1);
    }

    @Test
    void aKeyFrameWhoseStartFoundNoRoomIsAskedForAgain() {
        var call = new TwoPeers(Plans.receives(0, Codec.VP8, OLD, OLD_RTX));
        call.advance(1_000);
        var asked = call.keyFramesAsked();
        call.toSubscriber.egress().full(true);
        call.video(OLD, 10, KEY);
        call.toSubscriber.egress().full(false);
        call.video(OLD, 11, DELTA);

        assertThat(call.toSubscriber.rtp()).as("what follows a picture never sent").isEmpty();
        call.advance(400);
        assertThat(call.keyFramesAsked()).isGreaterThan(asked);
        call.video(OLD, 12, KEY);
        call.video(OLD, 13, DELTA);
        assertThat(call.toSubscriber.rtp()).hasSize(2);
    }

    @Test
    void aKeyFrameThatBeganBeforeItWasAskedForIsNoAnswer() {
        var call = new TwoPeers(Plans.receives(0, Codec.VP8, OLD, OLD_RTX));
        call.video(OLD, 9, KEY);
        call.advance(1_000);
        call.video(OLD, 11, DELTA);
        call.pictureLoss();
        var asked = call.keyFramesAsked();

        call.repair(OLD_RTX, 1, 10, KEY);

        call.advance(400);
        assertThat(call.keyFramesAsked()).as("asked for again").isEqualTo(asked + 1);
        call.video(OLD, 12, KEY);
        call.advance(5_000);
        assertThat(call.keyFramesAsked()).as("that is one").isEqualTo(asked + 1);
    }

    @Test
    void everyStreamIsReportedHoweverMany() {
        var sections =
                IntStream.range(0, MediaPlan.MAX_LINES)
                        .mapToObj(i -> Plans.receives(i, Codec.OPUS, 100 + i, -1))
                        .toArray(MediaPlan.Line[]::new);
        var call = new TwoPeers(sections);
        for (var i = 0; i < sections.length; i++) {
            call.receive(
                    ByteBuffer.allocate(16)
                            .put((byte) 0x80)
                            .put((byte) Plans.payloadType(Codec.OPUS))
                            .putShort((short) 1)
                            .putInt(1)
                            .putInt(100 + i)
                            .array());
        }
        call.advance(1_000);

        var reported = new ArrayList<Integer>();
        for (var report : call.toPublisher.rtcp(201, -1)) {
            for (var i = 0; i < (report.unsignedByte(0) & 0x1F); i++) {
                reported.add(report.integer(8 + 24 * i));
            }
        }
        assertThat(reported)
                .containsExactlyElementsOf(
                        IntStream.range(100, 100 + sections.length).boxed().toList());
        assertThat(call.toPublisher.rtcp(202, 1)).as("who reports").isNotEmpty();
    }

    @Test
    void everythingMissingIsAskedForHoweverScattered() {
        var call = new TwoPeers(Plans.receives(0, Codec.VP8, OLD, OLD_RTX));
        var missing = new TreeSet<Integer>();
        for (var number = 1; number <= 400 * 18; number++) {
            if (number % 18 == 17) {
                missing.add(number);
            } else {
                call.video(OLD, number, DELTA);
            }
        }
        call.toPublisher.rtcp().clear();

        call.advance(150);

        var asked = new TreeSet<Integer>();
        for (var nack : call.toPublisher.rtcp(205, 1)) {
            for (var at = 12; at < nack.length(); at += 4) {
                asked.add(nack.unsignedShort(at));
                assertThat(nack.unsignedShort(at + 2)).as("none is near another").isZero();
            }
        }
        assertThat(asked).as("asked for again").isEqualTo(missing);
    }

    @Test
    void picturesAreCountedOnWhenTheStreamChanges() {
        var call = new TwoPeers(Plans.receives(0, Codec.VP8, OLD, OLD_RTX));
        call.video(OLD, 10, KEY);
        call.video(OLD, 11, DELTA);
        call.advance(1_000);
        call.video(NEW, 30_000, KEY);
        call.video(NEW, 30_001, DELTA);
        assertThat(call.picturesSent()).isEqualTo(List.of(10, 11, 12, 13));
    }

    @Test
    void aNackOverTheWrapMeansTheNewestOfEachNumber() {
        var call = new TwoPeers(Plans.receives(0, Codec.VP8, OLD, OLD_RTX));
        var sequence = 60_000;
        call.video(OLD, sequence, KEY);
        var first = Bytes.of(call.toSubscriber.rtp().getFirst()).unsignedShort(2);
        var packets = 0x1_0000 - first + 5;
        for (var i = 1; i < packets; i++) {
            call.video(OLD, (sequence + i) & 0xFFFF, DELTA);
        }
        var pictures = call.picturesSent().subList(packets - 7, packets - 2);

        call.nack(65_534, 0b1111);

        var again = call.toSubscriber.rtp().stream().skip(packets).map(Bytes::of).toList();
        assertThat(again.stream().map(packet -> packet.unsignedShort(24)).toList())
                .as("numbers repeated")
                .containsExactly(65_534, 65_535, 0, 1, 2);
        assertThat(again.stream().map(packet -> packet.unsignedShort(28) & 0x7FFF).toList())
                .as("pictures repeated")
                .isEqualTo(pictures);
    }

    @Test
    void whoeverAsksForEverythingAllTheTimeGetsItsShareAndNoMore() {
        var call = new TwoPeers(Plans.receives(0, Codec.VP8, OLD, OLD_RTX));
        for (var i = 0; i < 1_000; i++) {
            call.video(OLD, i, i == 0 ? KEY : DELTA);
        }
        var first = Bytes.of(call.toSubscriber.rtp().getFirst()).unsignedShort(2);
        for (var round = 0; round < 30; round++) {
            call.advance(30);
            for (var i = 0; i < 1_000; i += 17) {
                call.nack(first + i, 0xFFFF);
            }
        }
        var repairs = call.toSubscriber.rtp().stream().skip(1_000).toList();
        var bytes = repairs.stream().mapToInt(repair -> repair.length).sum();
        assertThat(bytes).as("bytes of repairs").isBetween(20_000, 70_000);
        assertThat(call.fates.get(Fate.RESEND_TOO_SOON)).isGreaterThan(20_000);
    }

    @Test
    void anEncodingThatWasNotTakenIsTakenWhenItIsTheOnlyOneLeft() {
        var call = new TwoPeers(simulcast("h", "m"));
        call.receive(encoded("m", 1));
        assertThat(call.fates.get(Fate.UNUSED_ENCODING)).isEqualTo(1);

        call.publisher.plan(Plans.of(simulcast("m")), call.nowNanos);
        call.receive(encoded("m", 2));
        assertThat(call.toSubscriber.rtp()).as("packets seen").hasSize(1);
    }

    @Test
    void ofEncodingsThatAreKnownByTheirSsrcsOneIsSeenAndStaysTheOne() {
        var call =
                new TwoPeers(
                        simulcast(
                                new MediaPlan.Encoding("", OLD, OLD_RTX),
                                new MediaPlan.Encoding("", NEW, NEW + 1)));
        for (var i = 0; i < 20; i++) {
            call.video(NEW, 40_000 + i, i == 0 ? KEY : DELTA);
            call.repair(NEW + 1, i, 39_000 + i, DELTA);
            call.video(OLD, 10 + i, i == 0 ? KEY : DELTA);
            call.advance(33);
        }
        assertThat(call.picturesSent())
                .as("pictures seen")
                .isEqualTo(IntStream.range(10, 30).boxed().toList());
        assertThat(call.fates.get(Fate.UNUSED_ENCODING)).isEqualTo(40);
    }

    private static byte[] encoded(String rid, int sequence) {
        return ByteBuffer.allocate(25)
                .put((byte) 0x90)
                .put((byte) Plans.payloadType(Codec.VP8))
                .putShort((short) sequence)
                .putInt(1)
                .putInt(NEW)
                .putInt(0xBEDE_0001)
                .put((byte) 0xA0)
                .put((byte) rid.charAt(0))
                .putShort((short) 0)
                .put((byte) 0x90)
                .put((byte) 0x80)
                .putShort((short) 0x8001)
                .put((byte) KEY)
                .array();
    }

    private static MediaPlan.Line simulcast(String... rids) {
        return simulcast(
                Stream.of(rids)
                        .map(rid -> new MediaPlan.Encoding(rid, -1, -1))
                        .toArray(MediaPlan.Encoding[]::new));
    }

    private static MediaPlan.Line simulcast(MediaPlan.Encoding... encodings) {
        return new MediaPlan.Line(
                0,
                "0",
                true,
                false,
                Codec.VP8,
                Plans.payloadType(Codec.VP8),
                Plans.rtxPayloadType(Codec.VP8),
                Set.of(),
                new ExtensionMap(Map.of(ExtensionKind.MID, 4, ExtensionKind.RID, 10)),
                List.of(encodings));
    }
}
