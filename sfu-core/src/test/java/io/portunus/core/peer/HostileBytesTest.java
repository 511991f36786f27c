// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.DependencyDescriptor;
import io.portunus.core.codec.FramePart;
import io.portunus.core.codec.PayloadReader;
import io.portunus.core.codec.Vp8Payload;
import io.portunus.core.codec.Vp9Payload;
import io.portunus.core.rtcp.RtcpReader;
import io.portunus.core.rtp.ExtensionReader;
import io.portunus.core.rtp.RtpPacket;
import io.portunus.core.rtp.Rtx;
import io.portunus.core.testkit.Mutations;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No bytes make a reader fail, and nothing that lies around a packet changes what is read of it or
/// is changed by writing to it.
class HostileBytesTest {
    private static final int CASES = 52_000;
    private static final int FRONT = 64;
    private static final int ROOM = 2_048;

    /// One readable packet at a time.
    private record Place(MemorySegment memory, long offset, int length) {}

    private static final List<byte[]> RTP =
            packets(
                    "80E0FFFE89ABCDEFFEDCBA980102",
                    "B2600001000000020000000311111111222222 22BEDE000110AA0000CCCCCC00000003",
                    "90600001 00000002 00000003 BEDE0003 10AA21BBBB00 42303132 0000 90E0800107A000",
                    "90600001 00000002 00000003 10000003 0101AA0200 0C03C0000100 00 AC8005030700",
                    "90600001 00000002 00000003 BEDE0002 C2C0012340310000 1832",
                    "80600001 00000002 00000003 7C8588FF",
                    "80600001 00000002 00000003 78000267420002658800026588",
                    "80600001 00000002 00000003 6001000340010C0003420101",
                    "80610001 00000002 00000003 00646593",
                    "A0600001 00000002 00000003 00000004");

    private static final List<byte[]> RTCP =
            packets(
                    "81C8000C01020304E0000001800000001234567800000064000013880A0B0C0D40FFFFFE"
                            + "0001FFFF00000037AABBCCDD00018000",
                    "80C90001 01020304 81CA0003 01020304 01026162 00000000",
                    "82CB0004 11111111 22222222 0662796562796500",
                    "81CD0004 01020304 0A0B0C0D 00648001 FFFF0000",
                    "84CE0006 01020304 00000000 0A0B0C0D FF000000 0A0B0C0E 01000000",
                    "81CE0002 01020304 0A0B0C0D 8FCE0005 01020304 00000000 52454D42 01FC0001 0A0B0C0D",
                    "AFCD0005 01020304 0A0B0C0D 01020001 00000007 20010401",
                    "80CF0003 01020304 04000001 00000000");

    private final MemorySegment[] rooms = {room(0), room(0xFF), room(0x90)};
    private final RtpPacket packet = new RtpPacket();
    private final ExtensionReader extensions = new ExtensionReader();
    private final RtcpReader rtcp = new RtcpReader();
    private final FramePart part = new FramePart();
    private final List<PayloadReader> payloads =
            Stream.of(Codec.values()).map(PayloadReader::of).toList();

    @Test
    void noRtpPacketMakesAReaderFailOrLookAround() {
        var mutations = new Mutations(1);
        for (var i = 0; i < CASES; i++) {
            assertSameEverywhere(mutations.next(RTP), this::readRtp);
        }
    }

    @Test
    void noRtcpPacketMakesItsReaderFailOrLookAround() {
        var mutations = new Mutations(2);
        for (var i = 0; i < CASES; i++) {
            assertSameEverywhere(mutations.next(RTCP), this::readRtcp);
        }
    }

    @Test
    void noPayloadMakesAReaderFailOrLookAround() {
        var mutations = new Mutations(3);
        var valid =
                packets(
                        "90E0800107A000",
                        "90E0FF07A000",
                        "AC8005030700",
                        "BC80052400",
                        "7C8588FF",
                        "78000267420002658800026588",
                        "6001000340010C0003420101",
                        "62019380",
                        "1832",
                        "C00123");
        for (var i = 0; i < CASES; i++) {
            assertSameEverywhere(mutations.next(valid), this::readPayload);
        }
    }

    @Test
    void noPacketCutAnywhereMakesAReaderFailOrLookAround() {
        for (var whole : RTP) {
            for (var bytes = 0; bytes <= whole.length; bytes++) {
                assertSameEverywhere(Arrays.copyOf(whole, bytes), this::readRtp);
                assertSameEverywhere(
                        Arrays.copyOfRange(whole, whole.length - bytes, whole.length),
                        this::readPayload);
            }
        }
        for (var whole : RTCP) {
            for (var bytes = 0; bytes <= whole.length; bytes++) {
                assertSameEverywhere(Arrays.copyOf(whole, bytes), this::readRtcp);
            }
        }
    }

    /// Reads the bytes where any look or step outside fails, and in the middle of different memory,
    /// which has to stay as it was.
    private void assertSameEverywhere(byte[] bytes, ToLongFunction<Place> read) {
        var length = bytes.length;
        var expected = read.applyAsLong(new Place(MemorySegment.ofArray(bytes.clone()), 0, length));
        for (var room : rooms) {
            var poison = room.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, room, FRONT, length);
            var result = read.applyAsLong(new Place(room, FRONT, length));
            if (result != expected) {
                assertThat(result).as("what is read of %s", hex(bytes)).isEqualTo(expected);
            }
            room.asSlice(FRONT, length).fill(poison);
            assertUntouched(room, bytes, length);
        }
    }

    private static void assertUntouched(MemorySegment room, byte[] bytes, int length) {
        var near = Math.min(ROOM, FRONT + length + FRONT);
        var behind = room.asSlice(1, near - 1);
        if (behind.mismatch(room.asSlice(0, near - 1)) != -1) {
            assertThat(false).as("something around %s was changed", hex(bytes)).isTrue();
        }
    }

    private long readRtp(Place at) {
        if (!packet.wrap(at.memory(), at.offset(), at.length())) {
            return -1;
        }
        var end = at.offset() + at.length();
        assertWithin(packet.payloadOffset(), packet.payloadBytes(), at.offset(), end);
        long result = packet.payloadBytes();
        result = 31 * result + packet.headerBytes() + packet.ssrc();
        extensions.start(packet);
        while (extensions.next()) {
            assertWithin(
                    extensions.offset(), extensions.length(), at.offset(), packet.payloadOffset());
            result = 31 * result + extensions.id();
            result = 31 * result + (extensions.offset() - at.offset());
        }
        result = 31 * result + (extensions.find(packet, 1 + (int) (result & 15)) ? 1 : 0);
        var payload = new Place(at.memory(), packet.payloadOffset(), packet.payloadBytes());
        result = 31 * result + readPayload(payload);
        if (Rtx.restore(packet, 96, 7)) {
            assertWithin(packet.payloadOffset(), packet.payloadBytes(), at.offset(), end);
            result = 31 * result + packet.sequenceNumber();
        }
        return result;
    }

    private long readPayload(Place at) {
        var result = 0L;
        for (var reader : payloads) {
            var fine = reader.read(at.memory(), at.offset(), at.length(), part);
            result = 31 * result + (fine ? 1 : 0);
            result = 31 * result + (part.startsKeyFrame ? 1 : 0);
            result = 31 * result + (part.startsFrame ? 2 : 0);
            result = 31 * result + (part.hasParameters ? 4 : 0);
            result = 31 * result + 8L * part.temporalLayer + part.spatialLayer;
        }
        return 31 * result + rewrite(at);
    }

    /// Counts everything on that counts frames, as forwarding does.
    private static long rewrite(Place at) {
        var memory = at.memory();
        var offset = at.offset();
        var result = 0L;
        if (Vp8Payload.descriptorBytes(memory, offset, at.length()) >= 0) {
            if (Vp8Payload.pictureIdBits(memory, offset) > 0) {
                result += Vp8Payload.pictureId(memory, offset);
                Vp8Payload.pictureId(memory, offset, (int) result + 1);
            }
            if (Vp8Payload.hasTl0PicIdx(memory, offset)) {
                result = 31 * result + Vp8Payload.tl0PicIdx(memory, offset);
                Vp8Payload.tl0PicIdx(memory, offset, (int) result);
            }
        }
        if (Vp9Payload.countersEnd(memory, offset, at.length()) >= 0) {
            if (Vp9Payload.pictureIdBits(memory, offset) > 0) {
                result = 31 * result + Vp9Payload.pictureId(memory, offset);
                Vp9Payload.pictureId(memory, offset, (int) result + 1);
            }
            if (Vp9Payload.hasTl0PicIdx(memory, offset)) {
                result = 31 * result + Vp9Payload.tl0PicIdx(memory, offset);
                Vp9Payload.tl0PicIdx(memory, offset, (int) result);
            }
        }
        if (DependencyDescriptor.hasFrameNumber(at.length())) {
            result = 31 * result + DependencyDescriptor.frameNumber(memory, offset);
            DependencyDescriptor.frameNumber(memory, offset, (int) result);
        }
        return result;
    }

    private long readRtcp(Place at) {
        rtcp.start(at.memory(), at.offset(), at.length());
        var result = 0L;
        for (var packets = 0; rtcp.next(); packets++) {
            // A packet has four bytes at least.
            assertThat(4 * packets).isLessThan(at.length());
            result = 31 * result + rtcp.kind().ordinal();
            result = 31 * result + readRtcpPacket(at);
        }
        return 31 * result + (rtcp.isMalformed() ? 1 : 0);
    }

    private long readRtcpPacket(Place at) {
        var result = 0L;
        switch (rtcp.kind()) {
            case SENDER_REPORT -> {
                result = rtcp.ntp() + rtcp.senderSsrc() + rtcp.rtpTimestamp();
                result = 31 * result + rtcp.packetCount() + rtcp.octetCount() + readBlocks();
            }
            case RECEIVER_REPORT -> result = rtcp.senderSsrc() + 31 * readBlocks();
            case BYE -> {
                for (var i = 0; i < rtcp.byeCount(); i++) {
                    result = 31 * result + rtcp.byeSsrc(i);
                }
            }
            case NACK -> {
                result = rtcp.mediaSsrc();
                for (var i = 0; i < rtcp.nackCount(); i++) {
                    result = 31 * result + rtcp.nackFirst(i) + rtcp.nackMask(i);
                }
            }
            case PICTURE_LOSS -> result = rtcp.senderSsrc() + 31L * rtcp.mediaSsrc();
            case FULL_INTRA -> {
                for (var i = 0; i < rtcp.firCount(); i++) {
                    result = 31 * result + rtcp.firSsrc(i) + rtcp.firSequence(i);
                }
            }
            case REMB -> result = rtcp.rembBps();
            case TRANSPORT_FEEDBACK -> {
                var end = at.offset() + at.length();
                assertWithin(rtcp.bodyOffset(), rtcp.bodyBytes(), at.offset(), end);
                result = rtcp.bodyBytes();
            }
            case SOURCE_DESCRIPTION, OTHER -> {}
        }
        return result;
    }

    private long readBlocks() {
        var result = 0L;
        for (var i = 0; i < rtcp.reportCount(); i++) {
            result = 31 * result + rtcp.reportSsrc(i) + rtcp.fractionLost(i);
            result = 31 * result + rtcp.cumulativeLost(i) + rtcp.highestSequence(i);
            result = 31 * result + rtcp.jitter(i) + rtcp.lastSenderReport(i);
            result = 31 * result + rtcp.delaySinceLastSenderReport(i);
        }
        return result;
    }

    private static void assertWithin(long offset, int length, long start, long end) {
        if (offset < start || length < 0 || offset + length > end) {
            assertThat(offset).as("%s bytes from here", length).isBetween(start, end - length);
        }
    }

    private static MemorySegment room(int poison) {
        var bytes = new byte[ROOM];
        Arrays.fill(bytes, (byte) poison);
        return MemorySegment.ofArray(bytes);
    }

    private static List<byte[]> packets(String... hex) {
        return Stream.of(hex)
                .map(packet -> HexFormat.of().parseHex(packet.replace(" ", "")))
                .toList();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
