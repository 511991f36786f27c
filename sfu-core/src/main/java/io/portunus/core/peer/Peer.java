// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaReport;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.Fate;
import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.ingest.ArrivalLog;
import io.portunus.core.ingest.InboundTrack;
import io.portunus.core.ingest.PublisherClock;
import io.portunus.core.ingest.StreamRouter;
import io.portunus.core.ingest.Uplink;
import io.portunus.core.time.Wakeup;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The core half of one PeerConnection. Confined to its media loop.
///
/// *When it wants to be woken.* A packet on one peer may set a deadline on another: a subscriber's
/// key-frame request makes the publisher's peer repeat it until the frame comes. So whatever sets a
/// deadline lowers this peer's wake-up, and thereby [LoopContext#wakeup]. When that is due the
/// loop's owner of peers clears it, calls [#onDeadline] of each peer whose [#nextDeadlineNanos] has
/// come, and lowers it to the next deadline of every peer (a short array walk; both are cheap).
/// What is done regularly may be done sooner, with what is done anyhow: [#nextOpportunityNanos].
public final class Peer {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final PeerId id;
    private final PeerTransport transport;
    private final PeerListener listener;
    private final LoopContext context;
    private final Wakeup wakeup;
    private final PeerTimers timers;
    private final PeerOutlet outlet;
    private final RtcpSender rtcp;
    private final RtcpReceiver rtcpReceiver;
    private final PeerTracks tracks;
    private final StreamRouter router = new StreamRouter();
    private final LinkWatch links;
    private final TalkWatch talk;
    private final BitrateCap cap;
    private final TrackPacket packet = new TrackPacket();
    private @Nullable ArrivalLog arrivals;
    private int arrivalsSsrc;
    private boolean connected;

    public Peer(PeerId id, PeerTransport transport, PeerListener listener, LoopContext context) {
        this.id = id;
        this.transport = transport;
        this.listener = listener;
        this.context = context;
        wakeup = new Wakeup(context.wakeup());
        timers = new PeerTimers(id, wakeup);
        var egress = transport.egress();
        var cname = "%016x".formatted(context.random().nextLong());
        outlet = new PeerOutlet(egress, context.clock(), context.shedding(), timers::reportSoon);
        rtcp = new RtcpSender(egress, context.clock(), context.random().nextInt(), cname);
        var uplink =
                new Uplink(
                        context.memory(),
                        context.fates(),
                        wakeup,
                        rtcp,
                        new PublisherClock(),
                        cname);
        tracks = new PeerTracks(uplink, outlet, context.random(), rtcp.ssrc());
        rtcpReceiver =
                new RtcpReceiver(
                        context.clock(),
                        context.fates(),
                        outlet,
                        tracks.inbound(),
                        tracks.outbound());
        links = new LinkWatch(id, context.events(), context.thresholds());
        talk = new TalkWatch(this::onTalking);
        cap = new BitrateCap(rtcp, tracks);
    }

    public PeerId id() {
        return id;
    }

    /// Between [#onConnected] and [#onClosed].
    public boolean isConnected() {
        return connected;
    }

    /// What was negotiated, at first and again. A track of a section that is received again under
    /// the same mid, with the same codec, is the same object as before.
    public void plan(MediaPlan plan, long nowNanos) {
        for (var stopped : tracks.plan(plan, nowNanos)) {
            links.onStopped(stopped);
        }
        router.plan(tracks.inbound(), nowNanos);
        talk.retain(tracks.inbound());
        if (!tracks.tellsArrivals()) {
            arrivals = null;
        } else if (arrivals == null) {
            arrivals = new ArrivalLog();
        }
    }

    /// The track that is received in the section `mid`, or null when none is.
    public @Nullable InboundTrack inbound(String mid) {
        return tracks.inbound(mid);
    }

    /// All that is received, in the order of the SDP.
    public List<InboundTrack> inboundTracks() {
        return List.copyOf(tracks.inbound());
    }

    /// The track that goes out in the section at `slot`, made when first asked for; its SSRCs stay
    /// the same. It sends when a plan says how. Another kind than before makes a new track, which
    /// takes the place of the old.
    public OutboundTrack outbound(int slot, MediaKind kind) {
        return tracks.outbound(slot, kind);
    }

    /// All that goes out.
    public List<OutboundTrack> outboundTracks() {
        return List.copyOf(tracks.outbound());
    }

    /// The most that this client is to send in all, in bits per second; 0 for no limit.
    public void limitBitrate(int bitrateBps) {
        cap.set(bitrateBps);
    }

    /// While paused nothing is sent to this client.
    public void pause(boolean on, long nowNanos) {
        if (outlet.isPaused() != on) {
            outlet.paused(on);
            tracks.resumeOutbound(nowNanos);
        }
    }

    /// How talking is told of; see [io.portunus.core.door.RoomSettings].
    public void audioLevels(boolean events, int activePackets, int averageLevel) {
        talk.set(events, activePackets, averageLevel);
    }

    /// Ask for a key frame when none came for so long; 0 never.
    public void firInterval(int seconds) {
        tracks.longestKeyFrameGap(seconds * NANOS_PER_SECOND);
    }

    /// How it does: made only when somebody asks.
    public MediaReport report() {
        var received = new ArrayList<MediaReport.Received>();
        for (var track : tracks.inbound()) {
            track.report(received);
        }
        var sent = new ArrayList<MediaReport.Sent>();
        for (var track : tracks.outbound()) {
            track.report(sent);
        }
        return new MediaReport(outlet.rttNanos(), rtcpReceiver.remoteLimitBps(), received, sent);
    }

    /// Ends the connection when the call that the core is in has returned.
    public void close(PeerEnd end) {
        transport.close(end);
    }

    /// DTLS is done: media may flow both ways. Called once.
    public void onConnected(long nowNanos) {
        connected = true;
        outlet.connected(true);
        rtcp.connected(true);
        listener.onConnected(this, nowNanos);
        tracks.resumeOutbound(nowNanos);
        cap.tell();
        timers.start(nowNanos);
    }

    /// The plaintext of an authentic RTP packet lies in the slot that the loop's
    /// [io.portunus.core.rtp.PacketMemory] is writing.
    public void onRtp(int length, long nowNanos) {
        context.fates().count(receive(length, nowNanos));
    }

    /// The plaintext of an authentic compound RTCP packet.
    public void onRtcp(MemorySegment memory, long offset, int length, long nowNanos) {
        rtcpReceiver.onRtcp(memory, offset, length, nowNanos);
    }

    /// The transport has ended, for whatever reason. Called once; nothing is called afterwards.
    public void onClosed(PeerEnd end, long nowNanos) {
        connected = false;
        outlet.connected(false);
        rtcp.connected(false);
        listener.onClosed(this, end, nowNanos);
        tracks.release(nowNanos);
        wakeup.clear();
    }

    /// When [#onDeadline] wants to be called next, or [Deadlines#NEVER].
    public long nextDeadlineNanos() {
        return wakeup.nextNanos();
    }

    /// From when on [#onDeadline] may be called where the loop is awake anyhow: not later than
    /// [#nextDeadlineNanos].
    public long nextOpportunityNanos() {
        return wakeup.opportunityNanos();
    }

    public void onDeadline(long nowNanos) {
        wakeup.clear();
        var reports = timers.isFirstReportDue(nowNanos);
        if (timers.isRegularDue(nowNanos)) {
            reports |= timers.isReportDue(tracks.hasVideo());
            links.onSecond(tracks.inbound(), tracks.outbound(), nowNanos);
            cap.tell();
        }
        if (reports) {
            rtcp.sendReports(tracks.inbound(), tracks.outbound(), nowNanos);
        }
        if (timers.areArrivalsDue(nowNanos) && arrivals != null) {
            rtcp.sendArrivals(arrivals, arrivalsSsrc);
        }
        tracks.onDeadline(nowNanos);
        timers.wake();
    }

    private Fate receive(int length, long nowNanos) {
        var rtp = packet.rtp();
        var memory = context.memory();
        if (!rtp.wrap(memory.memory(), memory.writeOffset(), length)) {
            return Fate.RTP_MALFORMED;
        }
        noteArrival(nowNanos);
        var track = router.route(rtp, nowNanos);
        if (track == null) {
            return router.fate();
        }
        links.onPacket(track);
        var fate = track.onRtp(packet, router.isRepair(), nowNanos);
        if (fate == Fate.RECEIVED && track.kind() == MediaKind.AUDIO) {
            talk.onPacket(track, packet, nowNanos);
        }
        return fate;
    }

    /// What we have no use for has taken its share of the path too: not told of, it would be a loss
    /// that the client slows down for.
    private void noteArrival(long nowNanos) {
        var log = arrivals;
        if (log == null) {
            return;
        }
        packet.readExtensions(tracks.counted());
        var sequence = packet.transportSequence();
        if (sequence >= 0) {
            log.onPacket(sequence, nowNanos);
            arrivalsSsrc = packet.rtp().ssrc();
            timers.tellArrivals(nowNanos);
        }
    }

    private void onTalking(InboundTrack track, boolean talking, double level, long nowNanos) {
        listener.onTalking(this, track.lineIndex(), track.mid(), talking, level, nowNanos);
    }
}
