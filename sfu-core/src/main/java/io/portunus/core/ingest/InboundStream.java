// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaReport;
import io.portunus.core.fate.Fate;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.rtp.RtpPacket;
import io.portunus.core.time.LastSecond;

/// One encoding of a track on its way in, found under one SSRC at a time: what arrived, what is
/// missing, what is kept for repairs. Confined to its media loop.
final class InboundStream {
    private static final int NONE = -1;

    private final Uplink uplink;
    private final SequenceTracker sequence = new SequenceTracker();
    private final NackGenerator nacks;
    private final PacketHistory history;
    private final SourceClock clock;
    private final int clockRateHz;
    private ReceptionStatistics statistics;
    private boolean asksForRepairs;
    private long ssrc = NONE;
    private int sequenceEpoch;
    private int epoch;
    private long packets;
    private long bytes;
    private final LastSecond lastSecond = new LastSecond();
    private long repairs;
    private long nacksSent;

    InboundStream(MediaPlan.Line line, Uplink uplink) {
        this.uplink = uplink;
        clockRateHz = line.codec().clockRateHz();
        nacks = new NackGenerator(this::requestRetransmission, uplink.wakeup());
        history = PacketHistory.of(uplink.memory(), line.kind());
        clock = new SourceClock(uplink.clock(), clockRateHz);
        statistics = new ReceptionStatistics(clockRateHz);
        plan(line);
    }

    void plan(MediaPlan.Line line) {
        asksForRepairs = line.feedback().contains(MediaPlan.Feedback.NACK);
    }

    boolean hasSsrc() {
        return ssrc != NONE;
    }

    /// Only with [#hasSsrc].
    int ssrc() {
        return (int) ssrc;
    }

    /// From now on it comes under this SSRC; another one than before begins it anew.
    void ssrc(int ssrc) {
        var unsigned = Integer.toUnsignedLong(ssrc);
        if (this.ssrc != unsigned) {
            this.ssrc = unsigned;
            sequence.restart();
            noteRestart();
        }
    }

    ReceptionStatistics statistics() {
        return statistics;
    }

    SourceClock clock() {
        return clock;
    }

    int epoch() {
        return epoch;
    }

    /// Lets subscribers begin anew although nothing has changed on the wire.
    void breakOff() {
        epoch++;
        history.clear();
    }

    /// Numbers a packet and notes that it came.
    ///
    /// @param repair whether it came as a retransmission, undone by now
    /// @return [Fate#RECEIVED], or why it is refused
    Fate onPacket(TrackPacket packet, boolean repair, long nowNanos) {
        var rtp = packet.rtp();
        var number = rtp.sequenceNumber();
        packets++;
        bytes += rtp.sizeBytes();
        repairs += repair ? 1 : 0;
        var fate = repair ? sequence.onRepair(number) : sequence.onPacket(number);
        if (sequence.epoch() != sequenceEpoch) {
            noteRestart();
        }
        if (fate != Fate.RECEIVED) {
            return fate;
        }
        var index = sequence.index();
        packet.number(epoch, index);
        if (!repair) {
            statistics.onPacket(index, rtp.timestamp(), nowNanos);
            clock.onPacket(rtp.timestamp(), nowNanos);
        }
        if (asksForRepairs) {
            nacks.onPacket(index, nowNanos);
        }
        return fate;
    }

    /// Keeps the packet that lies in the slot being written.
    void keep(TrackPacket packet, long nowNanos) {
        var memory = uplink.memory();
        var shift = (int) (packet.rtp().offset() - memory.writeOffset());
        var bytes = packet.rtp().sizeBytes();
        history.add(packet.index(), memory.keep(), shift, bytes, nowNanos);
    }

    long newestIndex(int epoch) {
        return epoch == this.epoch ? sequence.newest() : -1;
    }

    boolean find(int epoch, long index, RtpPacket view, long nowNanos) {
        return epoch == this.epoch && history.find(index, view, nowNanos);
    }

    /// The sender has said goodbye: nothing that is missing will come.
    void onBye() {
        nacks.clear();
    }

    void onRoundTripTime(long rttNanos) {
        nacks.onRoundTripTime(rttNanos);
    }

    void onDeadline(long nowNanos) {
        nacks.onDeadline(nowNanos);
    }

    /// To be called once a second.
    void onSecond() {
        lastSecond.end(bytes);
    }

    /// How it does, for whoever asks.
    MediaReport.Received report(MediaPlan.Line line, int encoding) {
        return new MediaReport.Received(
                line.index(),
                line.mid(),
                line.codec(),
                encoding,
                ssrc,
                packets,
                bytes,
                lastSecond.count(),
                statistics.cumulativeLost(),
                statistics.jitter(),
                nacksSent,
                repairs);
    }

    private void noteRestart() {
        sequenceEpoch = sequence.epoch();
        breakOff();
        nacks.clear();
        clock.restart();
        statistics = new ReceptionStatistics(clockRateHz);
    }

    private void requestRetransmission(long[] indexes, int count, long nowNanos) {
        if (hasSsrc()) {
            nacksSent++;
            uplink.feedback().sendNack(ssrc(), indexes, count);
        }
    }
}
