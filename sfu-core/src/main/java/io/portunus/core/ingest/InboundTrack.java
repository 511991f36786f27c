// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.codec.PayloadReader;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaReport;
import io.portunus.core.fate.Fate;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.forward.Forwarder;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.RtpPacket;
import io.portunus.core.rtp.Rtx;
import java.util.List;

/// What a publisher sends in one of its media sections: one encoding, handed on to all who
/// subscribe. Confined to its media loop.
public final class InboundTrack implements ForwardSource {
    private final Uplink uplink;
    private final Forwarder forwarder;
    private final InboundStream stream;
    private final KeyFrameRequester keyFrames;
    private final PayloadReader payloads;
    private final RtpPacket before = new RtpPacket();
    private MediaPlan.Line line;
    private boolean relaying = true;
    private int fullIntraRequests;
    private int epochAtRequest;
    private long newestAtRequest = -1;
    private long heardAtNanos;
    private boolean receiving;

    public InboundTrack(MediaPlan.Line line, Uplink uplink) {
        this.line = line;
        this.uplink = uplink;
        forwarder = new Forwarder(uplink.fates());
        stream = new InboundStream(line, uplink);
        keyFrames = new KeyFrameRequester(this::sendKeyFrameRequest, uplink.wakeup());
        payloads = PayloadReader.of(line.codec());
    }

    /// Whether this track can go on under what was negotiated anew.
    public boolean fits(MediaPlan.Line line) {
        return line.mid().equals(mid()) && line.codec() == codec();
    }

    /// What was negotiated anew.
    public void plan(MediaPlan.Line line) {
        this.line = line;
        stream.plan(line);
    }

    public MediaPlan.Line line() {
        return line;
    }

    public String mid() {
        return line.mid();
    }

    /// Its place in the SDP, from 0.
    public int lineIndex() {
        return line.index();
    }

    @Override
    public Codec codec() {
        return line.codec();
    }

    public MediaKind kind() {
        return line.kind();
    }

    @Override
    public ExtensionMap extensions() {
        return line.extensions();
    }

    @Override
    public Forwarder forwarder() {
        return forwarder;
    }

    @Override
    public String cname() {
        return uplink.cname();
    }

    /// Whether what arrives is handed on to subscribers. It is to begin with. A key frame that was
    /// asked for while it was not has gone nowhere, so another one is asked for.
    public void relay(boolean on, long nowNanos) {
        var resumes = on && !relaying;
        relaying = on;
        if (resumes) {
            stream.breakOff();
            requestKeyFrame(nowNanos);
        }
    }

    public boolean isRelayed() {
        return relaying;
    }

    /// Ask for a key frame when none came for so long; 0 never.
    public void longestKeyFrameGap(long gapNanos) {
        if (kind() == MediaKind.VIDEO) {
            keyFrames.longestGap(gapNanos);
        }
    }

    /// Whether it is known under which SSRC it comes.
    public boolean hasSsrc() {
        return stream.hasSsrc();
    }

    /// Only with [#hasSsrc].
    public int ssrc() {
        return stream.ssrc();
    }

    /// From now on it comes under this SSRC; another one than before begins it anew.
    void ssrc(int ssrc, long nowNanos) {
        if (!stream.hasSsrc() || stream.ssrc() != ssrc) {
            stream.ssrc(ssrc);
            keyFrames.onStreamStarted(nowNanos);
        }
    }

    public ReceptionStatistics statistics() {
        return stream.statistics();
    }

    /// To be called once a second, while it is connected.
    public void onSecond() {
        stream.statistics().closeInterval();
        stream.onSecond();
    }

    /// How each of its encodings does, added to `into`.
    public void report(List<MediaReport.Received> into) {
        into.add(stream.report(line, 0));
    }

    /// Whether it was told that media arrives here; whoever tells it keeps this.
    public boolean isReceiving() {
        return receiving;
    }

    public void receiving(boolean on) {
        receiving = on;
    }

    /// When the last packet came.
    public long heardAtNanos() {
        return heardAtNanos;
    }

    /// Takes a packet of this track that lies in the slot being written.
    ///
    /// @param repair whether it is a retransmission (RFC 4588)
    /// @return [Fate#RECEIVED] when it is handed on, or where it stopped
    public Fate onRtp(TrackPacket packet, boolean repair, long nowNanos) {
        heardAtNanos = nowNanos;
        var rtp = packet.rtp();
        if (repair && !undoRepair(rtp)) {
            return rtp.payloadBytes() < Rtx.OSN_BYTES ? Fate.PADDING_ONLY : Fate.RTX_UNUSABLE;
        }
        var fate = stream.onPacket(packet, repair, nowNanos);
        if (fate != Fate.RECEIVED) {
            return fate;
        }
        if (rtp.payloadBytes() == 0 || rtp.payloadType() != line.payloadType()) {
            if (relaying) {
                forwarder.onSkipped(packet.epoch(), packet.index(), nowNanos);
            }
            return rtp.payloadBytes() == 0 ? Fate.PADDING_ONLY : Fate.UNKNOWN_PAYLOAD_TYPE;
        }
        stream.keep(packet, nowNanos);
        keyFrames.onPacket(nowNanos);
        handOn(packet, nowNanos);
        return Fate.RECEIVED;
    }

    /// The publisher's two clocks (RFC 3550 §6.4.1).
    public void onSenderReport(long ntp, int timestamp, long nowNanos) {
        stream.statistics().onSenderReport((int) (ntp >>> 16), nowNanos);
        stream.clock().onSenderReport(ntp, timestamp, nowNanos);
    }

    /// The publisher has ended this stream; the same or another may come all the same.
    public void onBye() {
        stream.onBye();
    }

    /// How long a packet takes to the publisher and back.
    public void onRoundTripTime(long rttNanos) {
        stream.onRoundTripTime(rttNanos);
    }

    public void onDeadline(long nowNanos) {
        stream.onDeadline(nowNanos);
        keyFrames.onDeadline(nowNanos);
        // What is still to come lowers the wake-up again by itself.
        uplink.wakeup().at(keyFrames.nextDeadlineNanos());
    }

    @Override
    public void requestKeyFrame(long nowNanos) {
        if (kind() == MediaKind.VIDEO) {
            epochAtRequest = stream.epoch();
            newestAtRequest = stream.newestIndex(epochAtRequest);
            keyFrames.request(nowNanos);
        }
    }

    @Override
    public int epoch() {
        return stream.epoch();
    }

    @Override
    public long newestIndex(int epoch) {
        return stream.newestIndex(epoch);
    }

    @Override
    public boolean find(int epoch, long index, RtpPacket view, long nowNanos) {
        return stream.find(epoch, index, view, nowNanos);
    }

    @Override
    public boolean hasClock() {
        return stream.clock().isKnown();
    }

    @Override
    public int timestampAt(long nowNanos) {
        return stream.clock().timestampAt(nowNanos);
    }

    private boolean undoRepair(RtpPacket rtp) {
        return stream.hasSsrc() && Rtx.restore(rtp, line.payloadType(), stream.ssrc());
    }

    private void handOn(TrackPacket packet, long nowNanos) {
        var rtp = packet.rtp();
        var frame = packet.frame();
        packet.readExtensions(line.extensions());
        // A payload that makes no sense to us starts nothing, but may make sense to a subscriber.
        payloads.read(rtp.memory(), rtp.payloadOffset(), rtp.payloadBytes(), frame);
        if (kind() == MediaKind.VIDEO) {
            frame.startsKeyFrame &= isFirstOfFrame(packet, nowNanos);
            if (frame.startsKeyFrame && answersRequest(packet)) {
                keyFrames.onKeyFrame(nowNanos);
            }
        }
        if (relaying) {
            forwarder.onPacket(packet, nowNanos);
        } else {
            uplink.fates().add(Fate.MUTED, forwarder.size());
        }
    }

    /// One that began before it was asked for, and comes late, is no answer.
    private boolean answersRequest(TrackPacket packet) {
        return packet.epoch() != epochAtRequest || packet.index() > newestAtRequest;
    }

    /// With H.264 and H.265 every slice of a key frame looks like its start.
    private boolean isFirstOfFrame(TrackPacket packet, long nowNanos) {
        if (packet.frame().hasParameters || (codec() != Codec.H264 && codec() != Codec.H265)) {
            return true;
        }
        return stream.find(packet.epoch(), packet.index() - 1, before, nowNanos)
                && before.timestamp() != packet.rtp().timestamp();
    }

    private void sendKeyFrameRequest(boolean again, long nowNanos) {
        if (!stream.hasSsrc()) {
            return;
        }
        if (line.feedback().contains(MediaPlan.Feedback.NACK_PLI)) {
            uplink.feedback().sendPictureLoss(stream.ssrc());
        } else if (line.feedback().contains(MediaPlan.Feedback.CCM_FIR)) {
            // RFC 5104 §4.3.1.1: a repetition keeps its number.
            fullIntraRequests += again ? 0 : 1;
            uplink.feedback().sendFullIntra(stream.ssrc(), fullIntraRequests & 0xFF);
        }
    }
}
