// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import java.nio.ByteBuffer;
import java.util.Random;

/// One stream of made-up media: packet n is the same whenever it is asked for. Sequence numbers,
/// timestamps and VP8's picture ids begin so high that they wrap soon. Thread-safe.
public final class ScriptedMedia {
    public static final int HEADER_BYTES = 12;

    /// Of VP8 as made here, with all that it may have (RFC 7741 §4.2).
    public static final int VP8_DESCRIPTOR_BYTES = 6;

    private static final int FIRST_SEQUENCE = 65_000;
    private static final int FIRST_PICTURE = 0x7F80;
    private static final int FIRST_TIMESTAMP = -90_000;
    private static final int PACKETS_PER_FRAME = 4;
    private static final int OPUS_TICKS = 960;
    private static final int VIDEO_TICKS = 3_000;

    private final boolean video;
    private final int payloadType;
    private final long ssrc;
    private volatile long keyFramesEvery = Long.MAX_VALUE;

    private ScriptedMedia(boolean video, int payloadType, long ssrc) {
        this.video = video;
        this.payloadType = payloadType;
        this.ssrc = ssrc;
    }

    public static ScriptedMedia opus(int payloadType, long ssrc) {
        return new ScriptedMedia(false, payloadType, ssrc);
    }

    /// Retransmissions have the next payload type and the next SSRC.
    public static ScriptedMedia vp8(int payloadType, long ssrc) {
        return new ScriptedMedia(true, payloadType, ssrc);
    }

    boolean isVideo() {
        return video;
    }

    int payloadType() {
        return payloadType;
    }

    public long ssrc() {
        return ssrc;
    }

    /// From now on every so many frames a key frame; the first is one in any case.
    public void keyFramesEvery(long frames) {
        keyFramesEvery = frames;
    }

    /// Roll-over counter and sequence number of packet n.
    public long index(long n) {
        return FIRST_SEQUENCE + n;
    }

    public boolean isMarked(long n) {
        return video && n % PACKETS_PER_FRAME == PACKETS_PER_FRAME - 1;
    }

    public int timestamp(long n) {
        return FIRST_TIMESTAMP
                + (int) (video ? n / PACKETS_PER_FRAME * VIDEO_TICKS : n * OPUS_TICKS);
    }

    /// The picture id of the frame that packet n is of.
    public int pictureId(long n) {
        return (int) (FIRST_PICTURE + n / PACKETS_PER_FRAME) & 0x7FFF;
    }

    public byte[] payload(long n) {
        var random = new Random(ssrc * 31 + n);
        var payload = new byte[video ? 100 + random.nextInt(1_000) : 40 + random.nextInt(80)];
        random.nextBytes(payload);
        if (video) {
            describe(payload, n);
        }
        return payload;
    }

    private void describe(byte[] payload, long n) {
        var frame = n / PACKETS_PER_FRAME;
        var starts = n % PACKETS_PER_FRAME == 0;
        var isKey = frame % keyFramesEvery == 0;
        payload[0] = (byte) (starts ? 0x90 : 0x80);
        payload[1] = (byte) 0xF0;
        payload[2] = (byte) (0x80 | (pictureId(n) >> 8));
        payload[3] = (byte) pictureId(n);
        payload[4] = (byte) frame;
        payload[5] = 0;
        payload[VP8_DESCRIPTOR_BYTES] =
                (byte) (isKey && starts ? payload[6] & 0xFE : payload[6] | 0x01);
    }

    public byte[] packet(long n) {
        var payload = payload(n);
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .put((byte) 0x80)
                .put((byte) (isMarked(n) ? 0x80 | payloadType : payloadType))
                .putShort((short) index(n))
                .putInt(timestamp(n))
                .putInt((int) ssrc)
                .put(payload)
                .array();
    }

    /// Packet n as a retransmission (RFC 4588 §4), the `again`-th of this stream.
    public byte[] retransmission(long n, int again) {
        var payload = payload(n);
        return ByteBuffer.allocate(HEADER_BYTES + 2 + payload.length)
                .put((byte) 0x80)
                .put((byte) (isMarked(n) ? 0x80 | (payloadType + 1) : payloadType + 1))
                .putShort((short) again)
                .putInt(timestamp(n))
                .putInt((int) ssrc + 1)
                .putShort((short) index(n))
                .put(payload)
                .array();
    }
}
