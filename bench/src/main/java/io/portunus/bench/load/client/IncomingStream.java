// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.client.Tally.Count;
import org.jspecify.annotations.Nullable;

/// One stream as one subscriber gets it. Which packet of the publisher's each is follows from its
/// sequence number, which servers shift by a constant: a sample is decrypted now and then and says
/// by how much. Confined to its network thread.
final class IncomingStream {
    /// One in so many packets is decrypted.
    static final int SAMPLE = 64;

    /// How many of the last packets are remembered, to tell repeated ones.
    private static final int REMEMBERED = 1 << 16;

    private final int ssrc;
    private final MediaKind kind;
    private final Reception reception;
    private final Missing missing = new Missing();
    private final long[] seen = new long[REMEMBERED / Long.SIZE];
    private @Nullable OutgoingStream source;
    private long shift;
    private int untilSample;
    private long firstSequence = -1;
    private long newestSequence = -1;
    private long newestPacket = -1;
    private long received;
    private long delivered;
    private long expectedBefore;
    private long receivedBefore;
    private int lastReport;
    private long lastReportNanos;

    IncomingStream(int ssrc, MediaKind kind, Reception reception) {
        this.ssrc = ssrc;
        this.kind = kind;
        this.reception = reception;
    }

    int ssrc() {
        return ssrc;
    }

    MediaKind kind() {
        return kind;
    }

    Missing missing() {
        return missing;
    }

    /// Which one it is; null before the first sample.
    @Nullable OutgoingStream source() {
        return source;
    }

    /// How many packets that count have come.
    long delivered() {
        return delivered;
    }

    /// The sequence number without wrap-around, nearest to the newest.
    long unwrap(int sequence) {
        if (newestSequence < 0) {
            return 0x1_0000L + sequence;
        }
        return newestSequence + (short) (sequence - (int) newestSequence);
    }

    /// Whether the next packet is to be decrypted and told to [#onSample].
    boolean wantsSample() {
        return source == null || --untilSample <= 0;
    }

    /// A packet was decrypted and is what was sent.
    void onSample(long sequence, OutgoingStream stream, long packet) {
        var newShift = packet - sequence;
        if (source != null && (newShift != shift || !source.equals(stream))) {
            reception.tally().count(Count.SHIFTED);
        }
        source = stream;
        shift = newShift;
        untilSample = SAMPLE;
    }

    /// A packet has come, not as a retransmission.
    void onPacket(long sequence, long receivedAt) {
        received++;
        if (newestSequence < 0) {
            firstSequence = sequence;
            newestSequence = sequence;
        }
        if (sequence > newestSequence) {
            missing.add(newestSequence + 1, sequence, receivedAt);
            newestSequence = sequence;
        } else {
            missing.remove(sequence);
        }
        onArrived(sequence + shift, receivedAt);
    }

    /// A packet has come as a retransmission on another SSRC.
    void onRetransmitted(long packet, long receivedAt) {
        missing.remove(packet - shift);
        if (onArrived(packet, receivedAt)) {
            reception.tally().count(Count.RECOVERED);
        }
    }

    private boolean onArrived(long packet, long receivedAt) {
        var stream = source;
        if (stream == null) {
            return false;
        }
        if (packet > newestPacket) {
            var from = Math.max(newestPacket + 1, packet - REMEMBERED + 1);
            for (var i = from; i <= packet; i++) {
                seen[(int) (i & REMEMBERED - 1) >> 6] &= ~(1L << i);
            }
            newestPacket = packet;
        }
        var word = (int) (packet & REMEMBERED - 1) >> 6;
        if (packet <= newestPacket - REMEMBERED || (seen[word] & 1L << packet) != 0) {
            reception.tally().count(Count.DUPLICATE);
            return false;
        }
        seen[word] |= 1L << packet;
        var counts = reception.onDelivered(stream.dueNanos(packet), receivedAt);
        delivered += counts ? 1 : 0;
        return counts;
    }

    /// A sender report has come.
    ///
    /// @param middle the middle 32 bits of its NTP time
    void onSenderReport(int middle, long nowNanos) {
        lastReport = middle;
        lastReportNanos = nowNanos;
    }

    /// Adds its block to a receiver report (RFC 3550 §6.4.1).
    void report(Rtcp rtcp, long nowNanos) {
        var expected = newestSequence < 0 ? 0 : newestSequence - firstSequence + 1;
        var lost = expected - received;
        var expectedNow = expected - expectedBefore;
        var lostNow = expectedNow - (received - receivedBefore);
        expectedBefore = expected;
        receivedBefore = received;
        var fraction = expectedNow <= 0 || lostNow <= 0 ? 0 : (int) (lostNow * 256 / expectedNow);
        var since =
                lastReport == 0
                        ? 0
                        : (int) ((nowNanos - lastReportNanos) * 65_536 / 1_000_000_000L);
        rtcp.report(
                ssrc,
                Math.min(fraction, 255),
                Math.clamp(lost, 0, 0x7F_FFFF),
                newestSequence,
                lastReport,
                since);
    }
}
