// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.ingest.InboundTrack;
import io.portunus.core.ingest.Uplink;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The tracks of one connection, in and out, as they were negotiated. Confined to its media loop.
final class PeerTracks {
    private final Uplink uplink;
    private final PeerOutlet outlet;
    private final RandomGenerator random;
    private final int ownSsrc;
    private final List<InboundTrack> inbound = new ArrayList<>();
    private final List<InboundTrack> parked = new ArrayList<>();
    private final List<OutboundTrack> outbound = new ArrayList<>();
    private MediaPlan plan = new MediaPlan(List.of());
    private long longestKeyFrameGapNanos;
    private ExtensionMap counted = ExtensionMap.NONE;

    /// @param ownSsrc taken already
    PeerTracks(Uplink uplink, PeerOutlet outlet, RandomGenerator random, int ownSsrc) {
        this.uplink = uplink;
        this.outlet = outlet;
        this.random = random;
        this.ownSsrc = ownSsrc;
    }

    /// The list itself, in the order of the SDP: it changes with the plan.
    List<InboundTrack> inbound() {
        return inbound;
    }

    /// The list itself.
    List<OutboundTrack> outbound() {
        return outbound;
    }

    /// Whether transport-wide feedback was agreed for anything that is received.
    boolean tellsArrivals() {
        return counted.has(ExtensionKind.TRANSPORT_SEQUENCE);
    }

    /// Where any packet that comes has its transport-wide number, whatever section it is of: in all
    /// that are bundled an identifier stands for the same extension (RFC 9143 §12).
    ExtensionMap counted() {
        return counted;
    }

    boolean hasVideo() {
        for (var i = 0; i < inbound.size(); i++) {
            if (inbound.get(i).kind() == MediaKind.VIDEO) {
                return true;
            }
        }
        for (var i = 0; i < outbound.size(); i++) {
            if (outbound.get(i).kind() == MediaKind.VIDEO) {
                return true;
            }
        }
        return false;
    }

    /// Brings the tracks in line with what was negotiated; those that are received no more.
    List<InboundTrack> plan(MediaPlan plan, long nowNanos) {
        this.plan = plan;
        var before = List.copyOf(inbound);
        var known = new ArrayList<>(inbound);
        known.addAll(parked);
        inbound.clear();
        parked.clear();
        counted = ExtensionMap.NONE;
        for (var line : plan.lines()) {
            if (line.receives()) {
                inbound.add(receive(line, known));
                if (line.feedback().contains(MediaPlan.Feedback.TRANSPORT_CC)
                        && line.extensions().has(ExtensionKind.TRANSPORT_SEQUENCE)) {
                    counted = line.extensions();
                }
            } else {
                park(line, known);
            }
            if (line.sends()) {
                outbound(line.index(), line.kind());
            }
        }
        for (var track : outbound) {
            track.plan(sendingLine(track), nowNanos);
        }
        return before.stream().filter(track -> !inbound.contains(track)).toList();
    }

    @Nullable InboundTrack inbound(String mid) {
        for (var i = 0; i < inbound.size(); i++) {
            if (inbound.get(i).mid().equals(mid)) {
                return inbound.get(i);
            }
        }
        return null;
    }

    OutboundTrack outbound(int slot, MediaKind kind) {
        for (var i = 0; i < outbound.size(); i++) {
            var track = outbound.get(i);
            if (track.slot() == slot && track.kind() == kind) {
                return track;
            }
        }
        var ssrc = freshSsrc(ownSsrc);
        var made = new OutboundTrack(slot, kind, ssrc, freshSsrc(ssrc), outlet, random);
        for (var i = 0; i < outbound.size(); i++) {
            if (outbound.get(i).slot() == slot) {
                outbound.get(i).feedFrom(null, 0);
                outbound.set(i, made);
                return made;
            }
        }
        outbound.add(made);
        return made;
    }

    /// A track that a bitrate limit can be told for, or null where none was agreed.
    @Nullable InboundTrack bitrateReporter() {
        InboundTrack any = null;
        for (var i = 0; i < inbound.size(); i++) {
            var track = inbound.get(i);
            if (track.hasSsrc() && track.line().feedback().contains(MediaPlan.Feedback.REMB)) {
                any = any == null || track.kind() == MediaKind.VIDEO ? track : any;
            }
        }
        return any;
    }

    void longestKeyFrameGap(long gapNanos) {
        longestKeyFrameGapNanos = gapNanos;
        for (var i = 0; i < inbound.size(); i++) {
            inbound.get(i).longestKeyFrameGap(gapNanos);
        }
    }

    /// Every outgoing track continues with a break, as soon as can be.
    void resumeOutbound(long nowNanos) {
        for (var i = 0; i < outbound.size(); i++) {
            outbound.get(i).resume(nowNanos);
        }
    }

    void onDeadline(long nowNanos) {
        for (var i = 0; i < inbound.size(); i++) {
            inbound.get(i).onDeadline(nowNanos);
        }
    }

    /// Nothing comes or goes any more.
    void release(long nowNanos) {
        for (var track : outbound) {
            track.feedFrom(null, nowNanos);
        }
    }

    private InboundTrack receive(MediaPlan.Line line, List<InboundTrack> known) {
        for (var track : known) {
            if (track.fits(line)) {
                track.plan(line);
                return track;
            }
        }
        var track = new InboundTrack(line, uplink);
        track.longestKeyFrameGap(longestKeyFrameGapNanos);
        return track;
    }

    /// Keeps the track of a section that is not received for now, so that those who subscribe to it
    /// need not know.
    private void park(MediaPlan.Line line, List<InboundTrack> known) {
        for (var track : known) {
            if (track.fits(line)) {
                parked.add(track);
            }
        }
    }

    private MediaPlan.@Nullable Line sendingLine(OutboundTrack track) {
        for (var line : plan.lines()) {
            if (line.sends() && line.index() == track.slot() && line.kind() == track.kind()) {
                return line;
            }
        }
        return null;
    }

    private int freshSsrc(int besides) {
        while (true) {
            var ssrc = random.nextInt();
            if (ssrc != 0 && ssrc != besides && !isTaken(ssrc)) {
                return ssrc;
            }
        }
    }

    private boolean isTaken(int ssrc) {
        var unsigned = Integer.toUnsignedLong(ssrc);
        return ssrc == ownSsrc
                || inbound.stream().anyMatch(track -> track.hasSsrc() && track.ssrc() == ssrc)
                || outbound.stream()
                        .anyMatch(track -> track.ssrc() == unsigned || track.rtxSsrc() == unsigned)
                || plan.lines().stream()
                        .flatMap(line -> line.encodings().stream())
                        .anyMatch(encoding ->
                                encoding.ssrc() == unsigned || encoding.rtxSsrc() == unsigned);
    }
}
