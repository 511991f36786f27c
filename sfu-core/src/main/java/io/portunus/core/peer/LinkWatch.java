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
    /// Media that has stopped for so long is told of.
    static final long SILENCE_NANOS = 1_000_000_000;

    private static final int SILENCE_SECONDS = 1;

    private final PeerId id;
    private final MediaEvents events;
    private final int slowLinkThreshold;

    LinkWatch(PeerId id, MediaEvents events, int slowLinkThreshold) {
        this.id = id;
        this.events = events;
        this.slowLinkThreshold = slowLinkThreshold;
    }

    /// A packet of this track has come.
    void onPacket(InboundTrack track) {
        if (!track.isReceiving()) {
            tell(track, true);
        }
    }

    /// This track is not received any more, because it was negotiated away.
    void onStopped(InboundTrack track) {
        if (track.isReceiving()) {
            tell(track, false);
        }
    }

    /// To be called once a second.
    void onSecond(List<InboundTrack> inbound, List<OutboundTrack> outbound, long nowNanos) {
        for (var i = 0; i < inbound.size(); i++) {
            var track = inbound.get(i);
            track.statistics().closeInterval();
            if (track.isReceiving() && nowNanos - track.heardAtNanos() >= SILENCE_NANOS) {
                tell(track, false);
            }
            tellIfSlow(track.mid(), track.kind(), false, track.statistics().lostInInterval());
        }
        for (var i = 0; i < outbound.size(); i++) {
            var track = outbound.get(i);
            tellIfSlow(track.mid(), track.kind(), true, track.statistics().takeLost());
        }
    }

    private void tell(InboundTrack track, boolean receiving) {
        track.receiving(receiving);
        var silent = receiving ? 0 : SILENCE_SECONDS;
        events.onEvent(new PeerEvent.Receiving(id, track.mid(), track.kind(), receiving, silent));
    }

    private void tellIfSlow(String mid, MediaKind kind, boolean uplink, int lost) {
        if (slowLinkThreshold > 0 && lost >= slowLinkThreshold) {
            events.onEvent(new PeerEvent.SlowLink(id, mid, kind, uplink, lost));
        }
    }
}
