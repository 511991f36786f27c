// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.client.Tally.Count;
import io.portunus.transport.srtp.SrtpInbound;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What one subscriber receives. Most packets are only counted, by the header, which is in the
/// clear; samples are decrypted and compared with what was sent. Confined to its network thread.
public final class Downlink implements Media {
    /// What the server's offer says of one payload type.
    ///
    /// @param isRetransmission RFC 4588
    /// @param wantsNack whether lost packets may be asked for
    /// @param transportSequence the id of the header extension, or 0
    public record Format(
            int payloadType,
            MediaKind kind,
            boolean isRetransmission,
            boolean wantsNack,
            int transportSequence) {}

    private static final int MAX_STREAMS = 1_024;
    private static final int PAYLOAD_TYPES = 128;
    private static final int OSN_BYTES = 2;
    private static final int ROOM = 2_048;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final Reception reception;
    private final Tally tally;
    private final double loss;
    private final SplittableRandom random;
    private final @Nullable Format[] formats = new @Nullable Format[PAYLOAD_TYPES];
    private final List<IncomingStream> streams = new ArrayList<>();
    private final int[] ssrcs = new int[MAX_STREAMS];
    private final MemorySegment plain = MemorySegment.ofArray(new byte[ROOM]);
    private final MemorySegment scratch = MemorySegment.ofArray(new byte[ROOM]);
    private final Feedback feedback;

    /// @param loss the part of the packets that is thrown away, 0 to 1
    /// @param seed of the choice which ones
    public Downlink(Reception reception, Tally tally, double loss, long seed) {
        this.reception = reception;
        this.tally = tally;
        this.loss = loss;
        random = new SplittableRandom(seed);
        feedback = new Feedback(streams, tally, random.nextInt());
    }

    /// What the server's offer says. Before anything arrives.
    public void agreed(List<Format> agreed) {
        for (var format : agreed) {
            formats[format.payloadType() & PAYLOAD_TYPES - 1] = format;
            feedback.agreed(format);
        }
    }

    /// How many packets that count have come, of all streams. After the run.
    public long delivered() {
        return streams.stream().mapToLong(IncomingStream::delivered).sum();
    }

    @Override
    public void onRtp(
            Connection connection, MemorySegment memory, long at, int bytes, long receivedAt) {
        var srtp = connection.inbound();
        var header = headerBytes(memory, at, bytes);
        if (srtp == null || header < 0) {
            return;
        }
        var format = formats[memory.get(BYTE, at + 1) & PAYLOAD_TYPES - 1];
        tally.count(Count.RECEIVED);
        if (loss > 0 && random.nextDouble() < loss) {
            tally.count(Count.LOST_ON_PURPOSE);
            return;
        }
        if (format == null) {
            return;
        }
        if (format.transportSequence() != 0) {
            feedback.onArrival(
                    transportSequence(memory, at, header, format.transportSequence()), receivedAt);
        }
        if (format.isRetransmission()) {
            onRetransmission(srtp, format.kind(), memory, at, bytes, receivedAt);
            return;
        }
        var stream = stream(memory.get(INT, at + 8), format);
        if (stream == null) {
            return;
        }
        var sequence = stream.unwrap(memory.get(SHORT, at + 2) & 0xFFFF);
        if (!stream.wantsSample() || onSample(stream, srtp, sequence, memory, at, bytes, header)) {
            stream.onPacket(sequence, receivedAt);
        }
    }

    private @Nullable IncomingStream stream(int ssrc, Format format) {
        for (var i = 0; i < streams.size(); i++) {
            if (ssrcs[i] == ssrc) {
                return streams.get(i);
            }
        }
        if (streams.size() == MAX_STREAMS) {
            return null;
        }
        ssrcs[streams.size()] = ssrc;
        var stream = new IncomingStream(ssrc, format.kind(), reception);
        streams.add(stream);
        return stream;
    }

    /// Decrypts a packet and looks at its payload; false when it is not what was sent.
    private boolean onSample(
            IncomingStream stream,
            SrtpInbound srtp,
            long sequence,
            MemorySegment memory,
            long at,
            int bytes,
            int header) {
        var length = srtp.unprotectRtp(memory, at, bytes, plain, 0);
        if (length < 0) {
            tally.count(Count.NOT_AUTHENTIC);
            return false;
        }
        var source = check(stream.kind(), header, length - header);
        if (source == null) {
            return false;
        }
        stream.onSample(
                sequence, source, Payload.packet(stream.kind(), plain, header, length - header));
        return true;
    }

    /// RFC 4588 §4: behind the header comes the sequence number that the packet had.
    private void onRetransmission(
            SrtpInbound srtp,
            MediaKind kind,
            MemorySegment memory,
            long at,
            int bytes,
            long receivedAt) {
        var length = srtp.unprotectRtp(memory, at, bytes, plain, 0);
        if (length < 0) {
            tally.count(Count.NOT_AUTHENTIC);
            return;
        }
        var payloadAt = headerBytes(plain, 0, length) + OSN_BYTES;
        var isPadded = (plain.get(BYTE, 0) & 0x20) != 0;
        var padding = isPadded ? plain.get(BYTE, length - 1L) & 0xFF : 0;
        var payload = length - payloadAt - padding;
        // Servers probe a path with padding that carries nothing.
        if (payload <= 0) {
            return;
        }
        var source = check(kind, payloadAt, payload);
        if (source == null) {
            return;
        }
        var packet = Payload.packet(kind, plain, payloadAt, payload);
        for (var stream : streams) {
            if (source.equals(stream.source())) {
                stream.onRetransmitted(packet, receivedAt);
            }
        }
    }

    private @Nullable OutgoingStream check(MediaKind kind, int at, int bytes) {
        tally.count(Count.CHECKED);
        var source = reception.sources().find(Payload.stream(kind, plain, at, bytes));
        if (source == null || !Payload.isAsSent(kind, plain, at, bytes, scratch)) {
            tally.count(Count.NOT_AS_SENT);
            return null;
        }
        return source;
    }

    /// Fixed header, CSRCs and extension block; -1 when they reach beyond the end.
    private static int headerBytes(MemorySegment memory, long at, int bytes) {
        if (bytes < 12) {
            return -1;
        }
        var first = memory.get(BYTE, at);
        var header = 12 + 4 * (first & 0x0F);
        if ((first & 0x10) != 0 && header + 4 <= bytes) {
            header += 4 + 4 * (memory.get(SHORT, at + header + 2) & 0xFFFF);
        }
        return header <= bytes ? header : -1;
    }

    /// RFC 8285 §4.2; -1 where there is none.
    private static int transportSequence(MemorySegment memory, long at, int header, int id) {
        if ((memory.get(BYTE, at) & 0x10) == 0) {
            return -1;
        }
        var next = at + 12 + 4L * (memory.get(BYTE, at) & 0x0F) + 4;
        while (next + 2 < at + header) {
            var element = memory.get(BYTE, next) & 0xFF;
            if (element >> 4 == id) {
                return memory.get(SHORT, next + 1) & 0xFFFF;
            }
            next += element == 0 ? 1 : 2 + (element & 0x0F);
        }
        return -1;
    }

    @Override
    public void onRtcp(Connection connection, ByteBuffer packet, long nowNanos) {
        if ((packet.get(1) & 0xFF) == Rtcp.SENDER_REPORT && packet.remaining() >= 16) {
            for (var stream : streams) {
                if (stream.ssrc() == packet.getInt(4)) {
                    stream.onSenderReport(packet.getInt(10), nowNanos);
                }
            }
        }
    }

    @Override
    public void onTick(Connection connection, long nowNanos) {
        feedback.onTick(connection, nowNanos);
    }
}
