// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Makes the RTP packets of one track as a browser does, with real payload descriptors, and keeps
/// them to repeat what was lost.
final class SimulatedEncoder {
    private static final int KEPT = 1_000;
    private static final int SILENT = 127;
    private static final int LOUD = 10;
    private static final int RTX_HEADER_BYTES = 2;

    private final Codec codec;
    private final int source;
    private final int ssrc;
    private final int rtxSsrc;
    private final SplittableRandom random;
    private final Map<Integer, byte[]> kept = new HashMap<>();
    private int sequence;
    private int rtxSequence;
    private int timestamp;
    private int frame;
    private int keyFrames;
    private int packets;
    private int octets;
    private boolean keyFrameWanted = true;
    private int level = SILENT;

    SimulatedEncoder(Codec codec, int source, int ssrc, int rtxSsrc, SplittableRandom random) {
        this.codec = codec;
        this.source = source;
        this.ssrc = ssrc;
        this.rtxSsrc = rtxSsrc;
        this.random = random;
        // Anywhere, so that numbers wrap in some runs.
        sequence = random.nextInt(0x1_0000);
        rtxSequence = random.nextInt(0x1_0000);
        timestamp = random.nextInt();
        frame = random.nextInt(0x1_0000);
    }

    int source() {
        return source;
    }

    int ssrc() {
        return ssrc;
    }

    int rtxSsrc() {
        return rtxSsrc;
    }

    long frameNanos() {
        return switch (codec.kind()) {
            case AUDIO -> 20 * VirtualTime.MILLIS;
            case VIDEO -> 33 * VirtualTime.MILLIS;
        };
    }

    int keyFrames() {
        return keyFrames;
    }

    void talk(boolean talking) {
        level = talking ? LOUD : SILENT;
    }

    void wantKeyFrame() {
        keyFrameWanted = true;
    }

    List<byte[]> nextFrame() {
        timestamp += (int) (codec.clockRateHz() * frameNanos() / VirtualTime.SECONDS);
        frame++;
        var key = keyFrameWanted;
        keyFrameWanted = false;
        if (key) {
            keyFrames++;
        }
        var count =
                switch (codec.kind()) {
                    case AUDIO -> 1;
                    case VIDEO -> key ? random.nextInt(3, 6) : random.nextInt(1, 3);
                };
        var packetsOfFrame = new ArrayList<byte[]>();
        for (var i = 0; i < count; i++) {
            packetsOfFrame.add(packet(key, i == 0, i == count - 1));
        }
        return packetsOfFrame;
    }

    private byte[] packet(boolean key, boolean first, boolean last) {
        var room = new byte[1_300];
        var packet = ByteBuffer.wrap(room);
        var audio = codec.kind() == MediaKind.AUDIO;
        packet.put((byte) (audio || codec == Codec.AV1 ? 0x90 : 0x80));
        packet.put((byte) ((last ? 0x80 : 0) | Plans.payloadType(codec)));
        packet.putShort((short) sequence).putInt(timestamp).putInt(ssrc);
        if (audio) {
            putLevel(packet);
        } else if (codec == Codec.AV1) {
            putFrameNumber(packet, first, last);
        }
        var picture = random.nextInt(40, 200);
        putDescriptor(packet, key, first, last, picture + Stamp.BYTES);
        packet.position(packet.position() + picture);
        new Stamp(source, packets, key && first).write(packet);
        var bytes = Arrays.copyOf(room, packet.position());
        kept.put(sequence, bytes);
        kept.remove((sequence - KEPT) & 0xFFFF);
        sequence = (sequence + 1) & 0xFFFF;
        packets++;
        octets += bytes.length - 12;
        return bytes;
    }

    /// RFC 6464 §3, in the one-byte form of RFC 8285 §4.2.
    private void putLevel(ByteBuffer packet) {
        packet.putShort((short) 0xBEDE).putShort((short) 1);
        packet.put((byte) (Plans.AUDIO_LEVEL_ID << 4)).put((byte) level).putShort((short) 0);
    }

    /// The dependency descriptor (RTP payload format for AV1, appendix A) with what is mandatory.
    private void putFrameNumber(ByteBuffer packet, boolean first, boolean last) {
        packet.putShort((short) 0xBEDE).putShort((short) 1);
        packet.put((byte) (Plans.DEPENDENCY_DESCRIPTOR_ID << 4 | 2));
        packet.put((byte) ((first ? 0x80 : 0) | (last ? 0x40 : 0))).putShort((short) frame);
    }

    private void putDescriptor(
            ByteBuffer packet, boolean key, boolean first, boolean last, int rest) {
        switch (codec) {
            case VP8 -> putVp8(packet, key, first);
            case VP9 -> putVp9(packet, key, first, last);
            case AV1 -> packet.put((byte) (!first ? 0x90 : key ? 0x18 : 0x10));
            case H264 -> putH264(packet, key, first, rest);
            case H265 -> putH265(packet, key, first, rest);
            default -> packet.put((byte) 0x78);
        }
    }

    /// RFC 7741 §4.2, with picture id, TL0PICIDX and TID; and the frame header of §4.3.
    private void putVp8(ByteBuffer packet, boolean key, boolean first) {
        packet.put((byte) (0x80 | (first ? 0x10 : 0)));
        packet.put((byte) 0xF0);
        packet.putShort((short) (0x8000 | frame));
        packet.put((byte) frame);
        packet.put((byte) (keyFrames & 0x1F));
        if (first) {
            packet.put((byte) (key ? 0x10 : 0x11)).put((byte) 2).put((byte) 0);
            if (key) {
                // Start code, then 640 x 480.
                packet.put((byte) 0x9D).put((byte) 0x01).put((byte) 0x2A);
                packet.put((byte) 0x80).put((byte) 0x02).put((byte) 0xE0).put((byte) 0x01);
            }
        }
    }

    /// RFC 9628 §4.2, not in flexible mode, with picture id, layers and TL0PICIDX.
    private void putVp9(ByteBuffer packet, boolean key, boolean first, boolean last) {
        packet.put((byte) (0xA0 | (key ? 0 : 0x40) | (first ? 0x08 : 0) | (last ? 0x04 : 0)));
        packet.putShort((short) (0x8000 | frame));
        packet.put((byte) 0).put((byte) frame);
    }

    /// RFC 6184 §5.7.1: parameter sets in one packet with the first slice of each IDR picture. The
    /// other slices have a packet each.
    private static void putH264(ByteBuffer packet, boolean key, boolean first, int rest) {
        if (key && first) {
            packet.put((byte) 0x78);
            packet.putShort((short) 4).putInt(0x6742_E01F);
            packet.putShort((short) 4).putInt(0x68CE_3C80);
            packet.putShort((short) (2 + rest));
        }
        // A slice header begins with the place of its first macroblock, where 0 is a single 1 bit.
        packet.put((byte) (key ? 0x65 : 0x41)).put((byte) (first ? 0x88 : 0x48));
    }

    /// RFC 7798 §4.4, likewise.
    private static void putH265(ByteBuffer packet, boolean key, boolean first, int rest) {
        if (key && first) {
            packet.putShort((short) 0x6001);
            packet.putShort((short) 3).put((byte) 0x40).putShort((short) 0x010C);
            packet.putShort((short) (3 + rest));
        }
        packet.putShort((short) (key ? 0x2601 : 0x0201)).put((byte) (first ? 0x80 : 0x40));
    }

    /// What repeats the packet `number`, or null when it is kept no more: a packet of the
    /// retransmission stream (RFC 4588 §4), or the same again where there is none.
    byte @Nullable [] repeat(int number) {
        var original = kept.get(number);
        if (original == null || rtxSsrc == 0) {
            return original;
        }
        var repeated = new byte[original.length + RTX_HEADER_BYTES];
        var packet = ByteBuffer.wrap(repeated);
        var header = (original[0] & 0x10) == 0 ? 12 : 20;
        packet.put(original, 0, header);
        packet.putShort((short) number);
        packet.put(original, header, original.length - header);
        packet.put(1, (byte) ((original[1] & 0x80) | Plans.rtxPayloadType(codec)));
        packet.putShort(2, (short) rtxSequence);
        packet.putInt(8, rtxSsrc);
        rtxSequence = (rtxSequence + 1) & 0xFFFF;
        return repeated;
    }

    byte[] senderReport(long ntp) {
        return RtcpBytes.senderReport(ssrc, ntp, timestamp, packets, octets);
    }
}
