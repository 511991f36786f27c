// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.warmup;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the publisher of a warm-up sends in one media section, with the extensions that browsers
/// use. Confined to one thread.
final class WarmUpStream {
    /// How many packets a frame of video has.
    static final int FRAME = 8;

    private static final int LEVEL_ID = 1;
    private static final int TIME_ID = 2;
    private static final int TRANSPORT_ID = 3;
    private static final int MID_ID = 4;
    private static final ExtensionMap EXTENSIONS =
            new ExtensionMap(
                    Map.of(
                            ExtensionKind.AUDIO_LEVEL, LEVEL_ID,
                            ExtensionKind.ABS_SEND_TIME, TIME_ID,
                            ExtensionKind.TRANSPORT_SEQUENCE, TRANSPORT_ID,
                            ExtensionKind.MID, MID_ID));

    private static final int VIDEO_BYTES = 1_100;
    private static final int SOUND_BYTES = 100;
    private static final int EXTENSION_WORDS = 3;
    private static final int HEADER_BYTES = 12 + 4 + 4 * EXTENSION_WORDS;
    private static final int MARKER = 0x80;
    private static final int FRAMES_TO_KEY_FRAME = 250;
    private static final int FRAME_TICKS = 3_000;
    private static final int SOUND_TICKS = 960;

    private final Codec codec;
    private final int section;
    private final String mid;
    private final int payloadType;
    private final int ssrc;
    private long next;

    WarmUpStream(Codec codec, int section, int payloadType, int ssrc) {
        this.codec = codec;
        this.section = section;
        this.payloadType = payloadType;
        this.ssrc = ssrc;
        mid = String.valueOf(section);
    }

    String mid() {
        return mid;
    }

    int section() {
        return section;
    }

    int ssrc() {
        return ssrc;
    }

    /// How many packets were made so far.
    long made() {
        return next;
    }

    /// RTP timestamp of the packet that comes next.
    int timestamp() {
        return isVideo() ? (int) (next / FRAME) * FRAME_TICKS : (int) next * SOUND_TICKS;
    }

    private boolean isVideo() {
        return codec == Codec.VP8;
    }

    /// How both ends have agreed about it.
    MediaPlan.Line line(boolean receives) {
        var retransmissions = isVideo() ? payloadType + 1 : -1;
        var feedback =
                isVideo()
                        ? Set.of(
                                MediaPlan.Feedback.NACK,
                                MediaPlan.Feedback.NACK_PLI,
                                MediaPlan.Feedback.TRANSPORT_CC)
                        : Set.of(MediaPlan.Feedback.TRANSPORT_CC);
        return new MediaPlan.Line(
                section,
                mid,
                receives,
                !receives,
                codec,
                payloadType,
                retransmissions,
                feedback,
                EXTENSIONS,
                receives ? List.of(new MediaPlan.Encoding("", ssrc, -1)) : List.of());
    }

    /// Leaves a packet out, as if it had been lost.
    void skip() {
        next++;
    }

    /// @param transport transport-wide sequence number
    void send(WarmUpClient publisher, int transport) throws IOException {
        var index = next;
        var inFrame = (int) (index % FRAME);
        var last = !isVideo() || inFrame == FRAME - 1;
        var packet = publisher.packet();
        packet.put((byte) 0x90).put((byte) (payloadType | (last && isVideo() ? MARKER : 0)));
        packet.putShort((short) index).putInt(timestamp()).putInt(ssrc);
        packet.putShort((short) 0xBEDE).putShort((short) EXTENSION_WORDS);
        packet.put((byte) (MID_ID << 4)).put((byte) mid.charAt(0));
        packet.put((byte) (TRANSPORT_ID << 4 | 1)).putShort((short) transport);
        packet.put((byte) (TIME_ID << 4 | 2)).put((byte) 0).putShort((short) index);
        packet.put((byte) (LEVEL_ID << 4)).put((byte) 30).put((byte) 0);
        if (isVideo()) {
            putDescriptor(packet, inFrame, index / FRAME);
        }
        next++;
        publisher.sendRtp(HEADER_BYTES, isVideo() ? VIDEO_BYTES : SOUND_BYTES, index);
    }

    /// VP8 with a picture id of 15 bits and TL0PICIDX (RFC 7741 §4.2), and the first byte of a
    /// frame (§4.3).
    private static void putDescriptor(ByteBuffer packet, int inFrame, long frame) {
        packet.put((byte) (inFrame == 0 ? 0x90 : 0x80)).put((byte) 0xE0);
        packet.putShort((short) (0x8000 | (frame & 0x7FFF))).put((byte) frame).put((byte) 0);
        packet.put((byte) (frame % FRAMES_TO_KEY_FRAME == 0 ? 0x10 : 0x11));
    }
}
