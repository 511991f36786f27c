// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.ingest.InboundTrack;
import java.util.List;

/// Tells which media of one client arrives or has stopped, and when much of it is lost. Confined to
/// its media loop.
final class LinkWatch {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final PeerId id;
    private final MediaEvents events;
    private final LinkThresholds thresholds;

    LinkWatch(PeerId id, MediaEvents events, LinkThresholds thresholds) {
        this.id = id;
        this.events = events;
        this.thresholds = thresholds;
    }

    /// A packet of this track has come.
    void onPacket(InboundTrack track) {
        if (!track.isReceiving()) {
            tell(track, true, 0);
        }
    }

    /// This track is not received any more, because it was negotiated away.
    void onStopped(InboundTrack track) {
        if (track.isReceiving()) {
            tell(track, false, 0);
        }
    }

    /// To be called once a second.
    void onSecond(List<InboundTrack> inbound, List<OutboundTrack> outbound, long nowNanos) {
        var patience = thresholds.noMediaSeconds();
        for (var i = 0; i < inbound.size(); i++) {
            var track = inbound.get(i);
            track.onSecond();
            if (patience > 0
                    && track.isReceiving()
                    && nowNanos - track.heardAtNanos() >= patience * NANOS_PER_SECOND) {
                tell(track, false, patience);
            }
            tellIfSlow(track.mid(), track.kind(), false, track.statistics().lostInInterval());
        }
        for (var i = 0; i < outbound.size(); i++) {
            var track = outbound.get(i);
            track.statistics().onSecond();
            tellIfSlow(track.mid(), track.kind(), true, track.statistics().takeLost());
        }
    }

    private void tell(InboundTrack track, boolean receiving, int silent) {
        track.receiving(receiving);
        events.onEvent(new PeerEvent.Receiving(id, track.mid(), track.kind(), receiving, silent));
    }

    private void tellIfSlow(String mid, MediaKind kind, boolean uplink, int lost) {
        var threshold = thresholds.slowLinkPackets();
        if (threshold > 0 && lost >= threshold) {
            events.onEvent(new PeerEvent.SlowLink(id, mid, kind, uplink, lost));
        }
    }
}
