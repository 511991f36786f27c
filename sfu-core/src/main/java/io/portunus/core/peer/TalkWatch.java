// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.audio.TalkDetector;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.ingest.InboundTrack;
import io.portunus.core.rtp.ExtensionKind;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Watches the audio levels of one publisher's tracks and tells when it begins and stops to talk.
/// Confined to its media loop.
final class TalkWatch {
    /// Told when somebody begins or stops to talk.
    interface Sink {
        void onTalking(InboundTrack track, boolean talking, double averageLevel, long nowNanos);
    }

    private record Watched(InboundTrack track, TalkDetector detector) {}

    private final Sink sink;
    private final List<Watched> watched = new ArrayList<>();
    private boolean on;
    private int activePackets;
    private int averageLevel;

    TalkWatch(Sink sink) {
        this.sink = sink;
    }

    /// From now on these settings count; those who talk by the old ones are forgotten.
    void set(boolean on, int activePackets, int averageLevel) {
        if (this.on != on
                || this.activePackets != activePackets
                || this.averageLevel != averageLevel) {
            this.on = on;
            this.activePackets = activePackets;
            this.averageLevel = averageLevel;
            watched.clear();
        }
    }

    /// Only these tracks are there any more.
    void retain(List<InboundTrack> tracks) {
        watched.removeIf(entry -> !tracks.contains(entry.track()));
    }

    /// Notes a packet of an audio track whose extensions have been read.
    void onPacket(InboundTrack track, TrackPacket packet, long nowNanos) {
        if (!on || packet.extensionBytes(ExtensionKind.AUDIO_LEVEL) < 1) {
            return;
        }
        var detector = detectorOf(track);
        var changed = track.isRelayed() ? detector.onLevel(levelIn(packet)) : detector.silence();
        if (changed) {
            sink.onTalking(track, detector.isTalking(), detector.averageLevel(), nowNanos);
        }
    }

    /// RFC 6464 §3: a bit that says whether it is voice, and the level in -dBov.
    private static int levelIn(TrackPacket packet) {
        var at = packet.extensionOffset(ExtensionKind.AUDIO_LEVEL);
        return packet.rtp().memory().get(ValueLayout.JAVA_BYTE, at) & 0x7F;
    }

    private TalkDetector detectorOf(InboundTrack track) {
        var detector = find(track);
        if (detector == null) {
            detector = new TalkDetector(activePackets, averageLevel);
            watched.add(new Watched(track, detector));
        }
        return detector;
    }

    private @Nullable TalkDetector find(InboundTrack track) {
        for (var i = 0; i < watched.size(); i++) {
            if (watched.get(i).track().equals(track)) {
                return watched.get(i).detector();
            }
        }
        return null;
    }
}
