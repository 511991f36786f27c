// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.testkit.Bytes;
import io.portunus.core.testkit.Plans;
import io.portunus.core.testkit.RecordingTransport;
import io.portunus.core.time.WallClock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Somebody who sends VP8 in its only section, and somebody who watches, without a room.
final class TwoPeers implements PeerListener {
    static final long MILLIS = 1_000_000;
    static final int KEY = 0x10;
    static final int DELTA = 0x11;

    final List<MediaEvent> events = new ArrayList<>();
    final LinkThresholds thresholds = new LinkThresholds();
    final FateCounters fates = new FateCounters();
    final RecordingTransport toPublisher = new RecordingTransport();
    final RecordingTransport toSubscriber = new RecordingTransport();
    final Peer publisher;
    final Peer subscriber;
    long nowNanos = 500 * MILLIS;
    private final LoopContext context =
            new LoopContext(
                    new PacketMemory(
                            MemorySegment.ofArray(new byte[1_024 * PacketMemory.SLOT_BYTES])),
                    new WallClock(0, 1_700_000_000_000_000_000L),
                    fates,
                    new Random(7),
                    events::add,
                    thresholds);

    TwoPeers(MediaPlan.Line... sections) {
        publisher = new Peer(new PeerId(1), toPublisher, this, context);
        subscriber = new Peer(new PeerId(2), toSubscriber, this, context);
        publisher.plan(Plans.of(sections), nowNanos);
        publisher.onConnected(nowNanos);
        subscriber.plan(Plans.of(Plans.sends(0, Codec.VP8)), nowNanos);
        subscriber
                .outbound(0, MediaKind.VIDEO)
                .feedFrom(publisher.inboundTracks().getFirst(), nowNanos);
        subscriber.onConnected(nowNanos);
    }

    /// RFC 7741 §4.2 with a picture id of 15 bits; each packet is a frame.
    void video(int ssrc, int sequence, int frame) {
        receive(vp8(ssrc, Plans.payloadType(Codec.VP8), sequence, new byte[0], frame));
    }

    /// The packet `original` again (RFC 4588 §4).
    void repair(int rtxSsrc, int sequence, int original, int frame) {
        var number = ByteBuffer.allocate(2).putShort((short) original).array();
        receive(vp8(rtxSsrc, Plans.rtxPayloadType(Codec.VP8), sequence, number, frame));
    }

    private static byte[] vp8(int ssrc, int type, int sequence, byte[] original, int frame) {
        return ByteBuffer.allocate(24 + original.length)
                .put((byte) 0x80)
                .put((byte) type)
                .putShort((short) sequence)
                .putInt(3_000 * sequence)
                .putInt(ssrc)
                .put(original)
                .put((byte) 0x90)
                .put((byte) 0x80)
                .putShort((short) (0x8000 | sequence))
                .put((byte) frame)
                .array();
    }

    void receive(byte[] packet) {
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

    /// The subscriber cannot decode what it has (RFC 4585 §6.3.1).
    void pictureLoss() {
        var request =
                ByteBuffer.allocate(12)
                        .putInt(0x81CE_0002)
                        .putInt(1)
                        .putInt((int) subscriber.outbound(0, MediaKind.VIDEO).ssrc())
                        .array();
        subscriber.onRtcp(MemorySegment.ofArray(request), 0, request.length, nowNanos);
    }

    /// The subscriber lacks a packet, and those that a mask says (RFC 4585 §6.2.1).
    void nack(int sequence, int mask) {
        var request =
                ByteBuffer.allocate(16)
                        .putInt(0x81CD_0003)
                        .putInt(1)
                        .putInt((int) subscriber.outbound(0, MediaKind.VIDEO).ssrc())
                        .putInt(sequence << 16 | mask)
                        .array();
        subscriber.onRtcp(MemorySegment.ofArray(request), 0, request.length, nowNanos);
    }

    /// How many key frames the publisher was asked for.
    int keyFramesAsked() {
        return toPublisher.rtcp(206, 1).size();
    }

    /// The picture ids of what went out.
    List<Integer> picturesSent() {
        return toSubscriber.rtp().stream()
                .map(Bytes::of)
                .map(packet -> {
                    var words =
                            (packet.unsignedByte(0) & 0x10) == 0 ? -1 : packet.unsignedShort(14);
                    return packet.unsignedShort(12 + 4 * (words + 1) + 2) & 0x7FFF;
                })
                .toList();
    }

    /// Fires every deadline for so long, as a media loop would.
    void advance(long millis) {
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
            Peer peer, int line, String mid, boolean talking, double level, long nowNanos) {}
}
