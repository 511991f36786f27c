// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaReport;
import io.portunus.core.fate.Fate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What one subscriber gets in one of its media sections: whichever source feeds it, one unbroken
/// stream. Confined to its media loop.
///
/// A *run* is what goes out between two breaks: a pause, a mute, another source, a source that
/// starts anew. Within a run numbers and timestamps keep their distance to the source's; a run
/// continues where the one before ended, and with video it begins with a key frame.
public final class OutboundTrack implements ForwardSink {
    /// The publisher's own playout delay is passed on.
    public static final int AS_PUBLISHED = -1;

    /// RFC 3550 §5.1 wants a random start; RFC 3711 §3.3.1 wants it low, lest a receiver that
    /// misses the first packets guesses the roll-over counter wrong.
    private static final int MAX_FIRST_SEQUENCE = 1 << 15;

    /// As much as arrives while the first packet of a key frame is asked for again.
    private static final int MAX_CATCH_UP = 512;

    private static final byte[] NOBODY = {};

    private final int slot;
    private final MediaKind kind;
    private final int ssrc;
    private final Outlet outlet;
    private final SequenceMap numbers = new SequenceMap();
    private final SentLog sent = new SentLog();
    private final TimestampContinuity timestamps = new TimestampContinuity();
    private final FrameContinuity frames = new FrameContinuity();
    private final SendStatistics statistics = new SendStatistics();
    private final Repairs repairs;

    /// Its place among what is left out when the loop cannot keep up.
    private final int shedPart;

    private @Nullable ForwardSource source;
    private byte[] cname = NOBODY;
    private @Nullable PacketWriter writer;
    private int playoutDelay = AS_PUBLISHED;
    private boolean sending = true;
    private boolean shed;
    private boolean running;
    private int epoch;
    private long runStart;
    private long nextOut;

    /// @param random for the first sequence numbers
    public OutboundTrack(
            int slot,
            MediaKind kind,
            int ssrc,
            int rtxSsrc,
            Outlet outlet,
            RandomGenerator random) {
        this.slot = slot;
        this.kind = kind;
        this.ssrc = ssrc;
        this.outlet = outlet;
        shedPart = random.nextInt(Shedding.PARTS);
        nextOut = random.nextInt(MAX_FIRST_SEQUENCE);
        repairs = new Repairs(outlet, statistics, rtxSsrc, random.nextInt(MAX_FIRST_SEQUENCE));
    }

    /// The place of the section in the SDP, from 0.
    public int slot() {
        return slot;
    }

    /// The section's mid; empty while nothing is negotiated for it.
    public String mid() {
        return writer == null ? "" : writer.line().mid();
    }

    public MediaKind kind() {
        return kind;
    }

    /// Unsigned 32 bits.
    public long ssrc() {
        return Integer.toUnsignedLong(ssrc);
    }

    /// Of retransmissions, unsigned 32 bits; -1 for audio, which has none.
    public long rtxSsrc() {
        return kind == MediaKind.VIDEO ? Integer.toUnsignedLong(repairs.ssrc()) : -1;
    }

    public @Nullable ForwardSource source() {
        return source;
    }

    public SendStatistics statistics() {
        return statistics;
    }

    /// What was negotiated for this section; null while nothing is to be sent in it.
    public void plan(MediaPlan.@Nullable Line line, long nowNanos) {
        if (line == null) {
            writer = null;
            interrupt();
            return;
        }
        if (writer != null && writer.line().equals(line)) {
            return;
        }
        var codec = writer == null ? null : writer.line().codec();
        writer = new PacketWriter(outlet, line, playoutDelay);
        if (codec != line.codec()) {
            resume(nowNanos);
        }
    }

    /// From now on this source's packets are sent here; null for none. Takes this track off the
    /// source that fed it before. The same source again changes nothing.
    public void feedFrom(@Nullable ForwardSource source, long nowNanos) {
        if (source != null && source.equals(this.source)) {
            return;
        }
        if (this.source != null) {
            this.source.forwarder().remove(this);
        }
        this.source = source;
        cname = source == null ? NOBODY : source.cname().getBytes(StandardCharsets.UTF_8);
        if (source != null) {
            source.forwarder().add(this);
        }
        resume(nowNanos);
    }

    /// Whether anything is sent here, whatever feeds it. It is to begin with.
    public void send(boolean on, long nowNanos) {
        if (sending != on) {
            sending = on;
            resume(nowNanos);
        }
    }

    /// Tells the viewer this playout delay in place of the publisher's, if it agreed to that.
    ///
    /// @param bits minimum and maximum in units of 10 ms, 12 bits each, or [#AS_PUBLISHED]
    public void playoutDelay(int bits) {
        playoutDelay = bits;
        if (writer != null) {
            writer.playoutDelay(bits);
        }
    }

    /// Ends the run, and begins another as soon as can be: when the connection has come up, or a
    /// pause is over.
    public void resume(long nowNanos) {
        interrupt();
        requestKeyFrame(nowNanos);
    }

    /// Ends the run: what comes next continues it with a break.
    public void interrupt() {
        running = false;
    }

    /// The subscriber cannot decode what it has.
    public void requestKeyFrame(long nowNanos) {
        var feeding = source;
        if (feeding != null && kind == MediaKind.VIDEO && sending && !shed && isOpen()) {
            feeding.requestKeyFrame(nowNanos);
        }
    }

    @Override
    public Fate onPacket(TrackPacket packet, long nowNanos) {
        var to = writer;
        var from = source;
        if (to == null || from == null || !outlet.isConnected()) {
            return Fate.NOT_READY;
        }
        if (!sending) {
            return Fate.MUTED;
        }
        if (outlet.isPaused()) {
            return Fate.PAUSED;
        }
        if (outlet.shedding().sheds(kind, shedPart)) {
            shed = true;
            interrupt();
            return Fate.SHED;
        }
        if (shed) {
            shed = false;
            resume(nowNanos);
        }
        if (to.codec() != from.codec()) {
            return Fate.NOT_READY;
        }
        if (running && packet.epoch() != epoch) {
            resume(nowNanos);
        }
        if (running) {
            return forward(to, packet, nowNanos);
        }
        if (kind == MediaKind.VIDEO && !packet.frame().startsKeyFrame) {
            return Fate.AWAITING_KEY_FRAME;
        }
        startRun(packet, to.codec(), nowNanos);
        var fate = forward(to, packet, nowNanos);
        if (fate == Fate.EGRESS_FULL) {
            // Without its first packet a key frame is of no use.
            nextOut = runStart;
            resume(nowNanos);
            return fate;
        }
        catchUp(to, from, packet.index(), nowNanos);
        return fate;
    }

    @Override
    public void onSkipped(int epoch, long index, long nowNanos) {
        var to = writer;
        if (to == null || !running || epoch != this.epoch || numbers.skip(index)) {
            return;
        }
        // Later ones have gone out already: something empty has to fill the gap.
        var out = numbers.outOf(index);
        if (out >= 0 && sent.isFree(out)) {
            if (to.sendPadding(out, timestamps.newest(), ssrc, nowNanos) != Fate.EGRESS_FULL) {
                sent.use(out);
            }
        }
    }

    @Override
    public int touch() {
        var to = writer;
        return (to == null ? 0 : to.touch())
                + outlet.touch()
                + numbers.touch()
                + sent.touch()
                + timestamps.newest()
                + frames.touch()
                + statistics.packets();
    }

    /// Answers a NACK for one packet.
    ///
    /// @return [Fate#RESENT], or why not
    public Fate resend(int sequenceNumber, long nowNanos) {
        var to = writer;
        if (to == null || !to.hasRtx() || kind != MediaKind.VIDEO) {
            // A repeat under its own number would have to be byte-identical, and no subscriber's
            // bytes are kept.
            return Fate.RESEND_WITHOUT_RTX;
        }
        var feeding = source;
        var out = nextOut - 1 - ((nextOut - 1 - sequenceNumber) & 0xFFFF);
        if (feeding == null || !running || out < runStart) {
            return Fate.RESEND_TOO_OLD;
        }
        if (!repairs.mayRepeat(out, nowNanos)) {
            return Fate.RESEND_TOO_SOON;
        }
        var index = numbers.sourceOf(out);
        var view = outlet.scratch();
        if (index < 0 || !find(feeding, index, view, nowNanos)) {
            return Fate.RESEND_TOO_OLD;
        }
        var timestamp = timestamps.outOf(view.rtp().timestamp());
        return repairs.send(to, view, out, timestamp, frames, nowNanos);
    }

    /// The subscriber has asked for packets again, which [#resend] is then told one by one.
    public void onNack() {
        statistics.onNack();
    }

    /// The rest of the report that [#onReport(int)] is told of; see [MediaReport.RemoteReport].
    public void onReport(
            int fractionLost, int jitter, int arrivedShortNtp, int lastReport, int delaySince) {
        statistics.onReport(fractionLost, jitter, arrivedShortNtp, lastReport, delaySince);
    }

    /// How it does, added to `into`; nothing while nothing is negotiated for it.
    public void report(List<MediaReport.Sent> into) {
        if (writer != null) {
            into.add(statistics.report(writer.line(), ssrc(), writer.hasRtx() ? rtxSsrc() : -1));
        }
    }

    /// The subscriber's report about this track.
    public void onReport(int cumulativeLost) {
        statistics.onReport(cumulativeLost);
    }

    /// Whether a sender report can be made: something goes out, and its clock is known.
    public boolean canReport() {
        return running && statistics.hasSent() && source != null && source.hasClock();
    }

    /// The canonical name of the publisher that feeds this, in UTF-8, not to be changed; empty
    /// where nothing does.
    public byte[] cname() {
        return cname;
    }

    /// The timestamp of this stream that a sender report names for now. Only with [#canReport].
    public int timestampAt(long nowNanos) {
        return source == null ? 0 : timestamps.outOf(source.timestampAt(nowNanos));
    }

    private boolean isOpen() {
        return outlet.isConnected() && !outlet.isPaused();
    }

    private void startRun(TrackPacket packet, Codec codec, long nowNanos) {
        var rtp = packet.rtp();
        timestamps.start(rtp.timestamp(), codec.clockRateHz(), nowNanos);
        frames.start(packet, codec);
        running = true;
        epoch = packet.epoch();
        runStart = nextOut;
        numbers.start(packet.index(), nextOut);
        outlet.onRunStarted(nowNanos);
    }

    /// Sends what came before the packet that a run begins with, although it was sent after it: its
    /// first copy was lost, and a key frame is of no use without the rest of it.
    private void catchUp(PacketWriter to, ForwardSource from, long begun, long nowNanos) {
        var newest = Math.min(from.newestIndex(epoch), begun + MAX_CATCH_UP);
        var view = outlet.scratch();
        for (var index = begun + 1; index <= newest; index++) {
            if (find(from, index, view, nowNanos)) {
                forward(to, view, nowNanos);
            }
        }
    }

    private boolean find(ForwardSource from, long index, TrackPacket view, long nowNanos) {
        if (!from.find(epoch, index, view.rtp(), nowNanos)) {
            return false;
        }
        view.number(epoch, index);
        view.readExtensions(from.extensions());
        return true;
    }

    private Fate forward(PacketWriter to, TrackPacket packet, long nowNanos) {
        var out = numbers.outOf(packet.index());
        if (out < 0 || !sent.isFree(out)) {
            return Fate.OUT_OF_PLACE;
        }
        // Numbers that were passed over are taken too: they are the source's gaps.
        nextOut = Math.max(nextOut, out + 1);
        var timestamp = timestamps.outOf(packet.rtp().timestamp());
        var fate = to.send(packet, out, timestamp, ssrc, frames, nowNanos);
        if (fate == Fate.EGRESS_FULL || fate == Fate.TOO_LARGE) {
            return fate;
        }
        sent.use(out);
        if (fate == Fate.SENT) {
            noteSent(packet, timestamp, nowNanos);
        }
        return fate;
    }

    private void noteSent(TrackPacket packet, int timestamp, long nowNanos) {
        var payloadBytes = packet.rtp().payloadBytes();
        timestamps.onSent(timestamp, nowNanos);
        statistics.onSent(payloadBytes);
        if (kind == MediaKind.VIDEO) {
            repairs.onSent(payloadBytes);
        }
        frames.onSent(packet);
    }
}
