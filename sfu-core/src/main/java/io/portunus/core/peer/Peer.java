// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.ingest.InboundTrack;
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
public final class Peer {
    private final PeerId id;
    private final PeerTransport transport;
    private final PeerListener listener;
    private final LoopContext context;
    private final Wakeup wakeup;
    private final List<InboundTrack> inbound = new ArrayList<>();
    private final List<OutboundTrack> outbound = new ArrayList<>();
    private boolean connected;

    public Peer(PeerId id, PeerTransport transport, PeerListener listener, LoopContext context) {
        this.id = id;
        this.transport = transport;
        this.listener = listener;
        this.context = context;
        wakeup = new Wakeup(context.wakeup());
    }

    public PeerId id() {
        return id;
    }

    /// Between [#onConnected] and [#onClosed].
    public boolean isConnected() {
        return connected;
    }

    /// What was negotiated, at first and again. A track of a section that is received again under
    /// the same mid is the same object as before.
    public void plan(MediaPlan plan, long nowNanos) {
        for (var line : plan.lines()) {
            if (line.receives() && inbound(line.mid()) == null) {
                inbound.add(new InboundTrack(line, Long.toString(id.value()), context.fates()));
            }
        }
    }

    /// The track that is received in the section `mid`, or null when none is.
    public @Nullable InboundTrack inbound(String mid) {
        for (var track : inbound) {
            if (track.mid().equals(mid)) {
                return track;
            }
        }
        return null;
    }

    /// All that is received, in the order of the SDP.
    public List<InboundTrack> inboundTracks() {
        return List.copyOf(inbound);
    }

    /// The track that goes out in the section at `slot`, made when first asked for; its SSRCs stay
    /// the same. It sends when a plan says how. Another kind than before makes a new track, which
    /// takes the place of the old.
    public OutboundTrack outbound(int slot, MediaKind kind) {
        for (var track : outbound) {
            if (track.slot() == slot && track.kind() == kind) {
                return track;
            }
        }
        var track =
                new OutboundTrack(
                        slot, kind, context.random().nextInt(), context.random().nextInt());
        outbound.add(track);
        return track;
    }

    /// All that goes out.
    public List<OutboundTrack> outboundTracks() {
        return List.copyOf(outbound);
    }

    /// The most that this client is to send in all, in bits per second; 0 for no limit.
    public void limitBitrate(int bitrateBps) {}

    /// While paused nothing is sent to this client.
    public void pause(boolean on, long nowNanos) {}

    /// How talking is told of; see [io.portunus.core.door.RoomSettings].
    public void audioLevels(boolean events, int activePackets, int averageLevel) {}

    /// Ask for a key frame when none came for so long; 0 never.
    public void firInterval(int seconds) {}

    /// Ends the connection when the call that the core is in has returned.
    public void close(PeerEnd end) {
        transport.close(end);
    }

    /// DTLS is done: media may flow both ways. Called once.
    public void onConnected(long nowNanos) {
        connected = true;
        listener.onConnected(this, nowNanos);
    }

    /// The plaintext of an authentic RTP packet lies in the slot that the loop's
    /// [io.portunus.core.rtp.PacketMemory] is writing.
    public void onRtp(int length, long nowNanos) {}

    /// The plaintext of an authentic compound RTCP packet.
    public void onRtcp(MemorySegment memory, long offset, int length, long nowNanos) {}

    /// The transport has ended, for whatever reason. Called once; nothing is called afterwards.
    public void onClosed(PeerEnd end, long nowNanos) {
        connected = false;
        listener.onClosed(this, end, nowNanos);
    }

    /// When [#onDeadline] wants to be called next, or [io.portunus.core.time.Deadlines#NEVER].
    public long nextDeadlineNanos() {
        return wakeup.nextNanos();
    }

    public void onDeadline(long nowNanos) {
        wakeup.clear();
    }
}
