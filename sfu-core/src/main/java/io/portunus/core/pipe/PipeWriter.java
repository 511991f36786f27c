// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.pipe;

import io.portunus.core.fate.Fate;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.rtp.RtpPacket;
import java.lang.foreign.MemorySegment;

/// The end of a [Pipe] that packets are put into. Confined to the media loop they come from.
public final class PipeWriter {
    /// The reader keeps three quarters of the slots as its history.
    private static final int KEPT_LEAVES = 8;

    private final Pipe pipe;
    private final MemorySegment memory;
    private final int slots;
    private long next;
    private long published;
    private long released;

    PipeWriter(Pipe pipe) {
        this.pipe = pipe;
        memory = pipe.memory();
        slots = pipe.slots();
    }

    /// Copies a packet of `source`, for the mirror that listens on `channel`.
    ///
    /// @return [Fate#PIPED], or why not
    Fate write(long channel, int epoch, TrackPacket packet, ForwardSource source, long nowNanos) {
        var rtp = packet.rtp();
        var bytes = rtp.sizeBytes();
        if (bytes > Pipe.MAX_PACKET_BYTES) {
            return Fate.TOO_LARGE;
        }
        if (isFull()) {
            return Fate.PIPE_FULL;
        }
        var at = begin(channel, epoch, packet.index(), bytes, nowNanos);
        var frame = packet.frame();
        var hasClock = source.hasClock();
        memory.set(Pipe.INT, at + Pipe.CLOCK, hasClock ? source.timestampAt(nowNanos) : 0);
        memory.set(
                Pipe.INT,
                at + Pipe.FLAGS,
                (hasClock ? Pipe.HAS_CLOCK : 0)
                        | (frame.startsKeyFrame ? Pipe.STARTS_KEY_FRAME : 0)
                        | (frame.startsFrame ? Pipe.STARTS_FRAME : 0)
                        | (frame.hasParameters ? Pipe.HAS_PARAMETERS : 0));
        memory.set(Pipe.INT, at + Pipe.TEMPORAL_LAYER, frame.temporalLayer);
        memory.set(Pipe.INT, at + Pipe.SPATIAL_LAYER, frame.spatialLayer);
        copy(rtp, at);
        return Fate.PIPED;
    }

    /// How many packets [#writeKept] may be called for now. Half of what the reader ever gives back
    /// stays free for live packets: they are everybody's who watches over there.
    int roomForKept() {
        released = pipe.released();
        var taken = (int) (next - released);
        return Math.max(0, slots - slots / KEPT_LEAVES - taken);
    }

    /// Copies a packet that came before anybody listened on `channel`, if it fits.
    void writeKept(long channel, int epoch, long index, RtpPacket rtp, long nowNanos) {
        var bytes = rtp.sizeBytes();
        if (bytes > Pipe.MAX_PACKET_BYTES || isFull()) {
            return;
        }
        var at = begin(channel, epoch, index, bytes, nowNanos);
        memory.set(Pipe.INT, at + Pipe.FLAGS, Pipe.KEPT_ONLY);
        copy(rtp, at);
    }

    private void copy(RtpPacket rtp, long at) {
        MemorySegment.copy(
                rtp.memory(), rtp.offset(), memory, at + Pipe.HEADER_BYTES, rtp.sizeBytes());
    }

    /// A packet number that carries nothing; false where there is no room to say so.
    boolean skip(long channel, int epoch, long index, long nowNanos) {
        if (isFull()) {
            return false;
        }
        begin(channel, epoch, index, Pipe.SKIPPED, nowNanos);
        return true;
    }

    private boolean isFull() {
        if (next - released >= slots) {
            released = pipe.released();
        }
        return next - released >= slots;
    }

    private long begin(long channel, int epoch, long index, int length, long nowNanos) {
        var at = pipe.offsetOf(next++);
        memory.set(Pipe.LONG, at + Pipe.CHANNEL, channel);
        memory.set(Pipe.LONG, at + Pipe.INDEX, index);
        memory.set(Pipe.LONG, at + Pipe.SENT_NANOS, nowNanos);
        memory.set(Pipe.INT, at + Pipe.EPOCH, epoch);
        memory.set(Pipe.INT, at + Pipe.LENGTH, length);
        return at;
    }

    /// Lets the reader see what was written since the last time; false where that is nothing. Once
    /// a turn, and the reader has to be woken then.
    public boolean publish() {
        if (published == next) {
            return false;
        }
        published = next;
        pipe.written(next);
        return true;
    }
}
