// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.pipe;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.fate.Fate;
import io.portunus.core.forward.ForwardSink;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.rtp.RtpPacket;

/// Hands one track on to another media loop: whoever subscribes there costs this loop one copy of
/// each packet, however many they are. Confined to the track's own loop.
public final class PipeSink implements ForwardSink {
    /// More than any key frame has.
    private static final int CATCH_UP = 512;

    private final PipeWriter writer;
    private final long channel;
    private final ForwardSource source;

    /// How often something got lost on the way in. What cannot be repaired over there, since nobody
    /// has it, is a break for those who watch, as when the source itself begins anew.
    private int breaks;

    private boolean broken;

    /// @param channel where the mirror of `source` listens, on the other loop
    public PipeSink(PipeWriter writer, long channel, ForwardSource source) {
        this.writer = writer;
        this.channel = channel;
        this.source = source;
    }

    public long channel() {
        return channel;
    }

    /// Nothing more of the source goes this way.
    public void detach() {
        source.forwarder().remove(this);
    }

    /// Lets the mirror have what came lately: of a key frame that is under way it may be the first
    /// packet that is still to come. Where the pipe has not that much to spare, the newest.
    public void catchUp(long nowNanos) {
        if (source.codec().kind() != MediaKind.VIDEO) {
            return;
        }
        var view = new RtpPacket();
        var epoch = source.epoch();
        var newest = source.newestIndex(epoch);
        var most = Math.min(CATCH_UP, writer.roomForKept());
        for (var index = Math.max(0, newest - most + 1); index <= newest; index++) {
            if (source.find(epoch, index, view, nowNanos)) {
                writer.writeKept(channel, epoch, index, view, nowNanos);
            }
        }
    }

    @Override
    public Fate onPacket(TrackPacket packet, long nowNanos) {
        var epoch = breaks + packet.epoch() + (broken ? 1 : 0);
        var fate = writer.write(channel, epoch, packet, source, nowNanos);
        if (fate == Fate.PIPE_FULL) {
            broken = true;
        } else if (broken) {
            broken = false;
            breaks++;
            if (source.codec().kind() == MediaKind.VIDEO) {
                source.requestKeyFrame(nowNanos);
            }
        }
        return fate;
    }

    @Override
    public void onSkipped(int epoch, long index, long nowNanos) {
        if (!broken && !writer.skip(channel, breaks + epoch, index, nowNanos)) {
            broken = true;
        }
    }
}
