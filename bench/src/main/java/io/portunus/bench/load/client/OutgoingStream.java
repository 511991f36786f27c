// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.udp.SendBatch;
import io.portunus.transport.srtp.SrtpOutbound;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLongArray;

/// One published stream. Sent by the pacing thread; whoever receives it asks when a packet was to
/// be sent.
public final class OutgoingStream {
    /// The ids that the server has agreed to for RTP header extensions; 0 for those it has not.
    public record Extensions(
            int mid, int transportSequence, int absoluteSendTime, int audioLevel) {}

    /// How many of the last packets are remembered.
    private static final int REMEMBERED = 1 << 16;

    private static final int FIXED_HEADER_BYTES = 12;
    private static final int ONE_BYTE_FORM = 0xBEDE;
    private static final int MARKER = 0x80;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// abs-send-time counts 64 seconds in 24 bits.
    private static final int SEND_TIME_FRACTION_BITS = 18;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final int number;
    private final String mid;
    private final StreamShape shape;
    private final int ssrc;
    private final int firstSequence;
    private final AtomicLongArray dueNanos = new AtomicLongArray(REMEMBERED);
    private byte payloadType;
    private Extensions extensions = new Extensions(0, 0, 0, 0);
    private volatile boolean keyFrameWanted = true;
    private long packets;
    private long bytes;
    private long frame;

    /// @param number by which payloads name it, unique in a run
    public OutgoingStream(int number, String mid, StreamShape shape, int ssrc, int firstSequence) {
        this.number = number;
        this.mid = mid;
        this.shape = shape;
        this.ssrc = ssrc;
        this.firstSequence = firstSequence & 0x7FFF;
    }

    /// What the server's answer says. Before the first packet.
    public void agreed(int payloadType, Extensions extensions) {
        this.payloadType = (byte) payloadType;
        this.extensions = extensions;
    }

    public int number() {
        return number;
    }

    public String mid() {
        return mid;
    }

    public StreamShape shape() {
        return shape;
    }

    public int ssrc() {
        return ssrc;
    }

    /// Makes the next frame a key frame. Thread-safe.
    void wantKeyFrame() {
        keyFrameWanted = true;
    }

    /// When `packet` was to be sent, if it is one of the last 65536. Thread-safe.
    long dueNanos(long packet) {
        return dueNanos.getOpaque((int) packet & REMEMBERED - 1);
    }

    /// Adds the next burst to `batch`.
    ///
    /// @return the transport-wide sequence number that comes next
    int addBurst(
            SendBatch batch,
            SrtpOutbound srtp,
            long destination,
            long dueNanos,
            long wallNanos,
            int transportSequence) {
        var isKey = keyFrameWanted;
        keyFrameWanted = false;
        var next = transportSequence;
        for (var i = 0; i < shape.burst(); i++) {
            var memory = batch.memory();
            var at = batch.next();
            var header = writeHeader(memory, at, i == shape.burst() - 1, wallNanos, next++);
            var payload = shape.packetBytes() - header;
            Payload.write(
                    shape.kind(),
                    memory,
                    at + header,
                    payload,
                    number,
                    packets,
                    frame,
                    i == 0,
                    isKey);
            var index = firstSequence + packets;
            this.dueNanos.setOpaque((int) packets & REMEMBERED - 1, dueNanos);
            var length = srtp.protectRtp(memory, at, header, memory, at + header, payload, index);
            batch.add(length, destination);
            packets++;
            bytes += payload;
        }
        frame++;
        return next;
    }

    private int timestamp() {
        return (int)
                (packets
                        / shape.burst()
                        * shape.burst()
                        * shape.kind().clockRate()
                        / shape.packetsPerSecond());
    }

    private int writeHeader(
            MemorySegment memory, long at, boolean endsFrame, long wallNanos, int sequence) {
        var marker = endsFrame && shape.kind() == MediaKind.VIDEO ? MARKER : 0;
        memory.set(BYTE, at + 1, (byte) (marker | payloadType));
        memory.set(SHORT, at + 2, (short) (firstSequence + packets));
        memory.set(INT, at + 4, timestamp());
        memory.set(INT, at + 8, ssrc);
        var next = at + FIXED_HEADER_BYTES + 4;
        var start = next;
        if (extensions.mid() != 0) {
            var name = mid.getBytes(StandardCharsets.US_ASCII);
            memory.set(BYTE, next++, (byte) (extensions.mid() << 4 | name.length - 1));
            MemorySegment.copy(name, 0, memory, BYTE, next, name.length);
            next += name.length;
        }
        if (extensions.transportSequence() != 0) {
            memory.set(BYTE, next++, (byte) (extensions.transportSequence() << 4 | 1));
            memory.set(SHORT, next, (short) sequence);
            next += 2;
        }
        if (extensions.absoluteSendTime() != 0) {
            var time =
                    (wallNanos % (64 * NANOS_PER_SECOND) << SEND_TIME_FRACTION_BITS)
                            / NANOS_PER_SECOND;
            memory.set(BYTE, next++, (byte) (extensions.absoluteSendTime() << 4 | 2));
            memory.set(BYTE, next++, (byte) (time >> 16));
            memory.set(SHORT, next, (short) time);
            next += 2;
        }
        if (extensions.audioLevel() != 0) {
            // RFC 6464 §3: somebody speaks, 30 dB below the loudest.
            memory.set(BYTE, next++, (byte) (extensions.audioLevel() << 4));
            memory.set(BYTE, next++, (byte) (0x80 | 30));
        }
        if (next == start) {
            memory.set(BYTE, at, (byte) 0x80);
            return FIXED_HEADER_BYTES;
        }
        while ((next - start) % 4 != 0) {
            memory.set(BYTE, next++, (byte) 0);
        }
        memory.set(BYTE, at, (byte) 0x90);
        memory.set(SHORT, at + FIXED_HEADER_BYTES, (short) ONE_BYTE_FORM);
        memory.set(SHORT, at + FIXED_HEADER_BYTES + 2, (short) ((next - start) / 4));
        return (int) (next - at);
    }

    /// Adds a sender report to `rtcp`.
    void report(Rtcp rtcp, long wallNanos) {
        rtcp.senderReport(ssrc, wallNanos, timestamp(), packets, bytes);
    }
}
