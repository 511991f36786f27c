// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.peer;

import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.signalling.events.HandleMonitor;
import io.portunus.signalling.events.MediaStatistics;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import org.jspecify.annotations.Nullable;

/// Asks the media loop of one connection for its numbers, once each period, as long as somebody
/// wants them. Confined to the signalling loop.
final class LinkStatistics {
    private final MediaClient media;
    private final int mediaLoop;
    private final PeerId peer;
    private final HandleMonitor monitor;
    private final MediaStatistics statistics = new MediaStatistics();
    private SignallingLoop.@Nullable Timer timer;

    LinkStatistics(MediaClient media, int mediaLoop, PeerId peer, HandleMonitor monitor) {
        this.media = media;
        this.mediaLoop = mediaLoop;
        this.peer = peer;
        this.monitor = monitor;
    }

    /// Asks for the first time after one period; never where nobody wants to know.
    void start() {
        var period = monitor.statistics().period();
        if (period.isPositive()) {
            timer = media.later(period, this::ask);
        }
    }

    /// The connection has ended.
    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /// A media loop that can take no more is left alone for a period.
    private void ask() {
        start();
        media.ask(
                mediaLoop,
                request -> new PeerCommand.Inspect(request, peer),
                answer -> {
                    if (timer != null && answer instanceof PeerEvent.Inspected(_, _, var report)) {
                        monitor.statistics(statistics.next(report));
                    }
                },
                () -> {});
    }
}
