// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.pipe;

import io.portunus.core.codec.FramePart;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.rtp.KeptPackets;
import java.lang.foreign.MemorySegment;

/// The end of a [Pipe] that packets come out of, one after the other, and where they stay for
/// retransmissions until the newer three quarters of the ring have come. Confined to the media loop
/// they go to.
public final class PipeReader implements KeptPackets {
    private final Pipe pipe;
    private final MemorySegment memory;
    private final int kept;
    private long next;
    private long written;
    private long oldest;
    private long at;

    PipeReader(Pipe pipe) {
        this.pipe = pipe;
        memory = pipe.memory();
        kept = pipe.slots() / 4 * 3;
    }

    /// Moves on to the next packet that was put in; false where there is none yet.
    public boolean next() {
        if (next == written) {
            written = pipe.written();
            if (next == written) {
                return false;
            }
        }
        at = pipe.offsetOf(next++);
        return true;
    }

    /// Gives room back for new packets. Call it when a turn's packets have been handed on.
    public void release() {
        if (next - kept > oldest) {
            oldest = next - kept;
            pipe.released(oldest);
        }
    }

    /// When the packet that waits longest was put in, or 0 where none waits.
    public long waitingSinceNanos() {
        return isEmpty() ? 0 : memory.get(Pipe.LONG, pipe.offsetOf(next) + Pipe.SENT_NANOS);
    }

    /// Whether anything waits that [#next] has not moved on to.
    public boolean isEmpty() {
        return next == written && next == pipe.written();
    }

    /// Which mirror the packet is for.
    public long channel() {
        return memory.get(Pipe.LONG, at + Pipe.CHANNEL);
    }

    /// When the other loop put it in, by the clock that all loops read.
    public long sentNanos() {
        return memory.get(Pipe.LONG, at + Pipe.SENT_NANOS);
    }

    int epoch() {
        return memory.get(Pipe.INT, at + Pipe.EPOCH);
    }

    long index() {
        return memory.get(Pipe.LONG, at + Pipe.INDEX);
    }

    boolean isSkipped() {
        return length() == Pipe.SKIPPED;
    }

    int length() {
        return memory.get(Pipe.INT, at + Pipe.LENGTH);
    }

    boolean isKeptOnly() {
        return (flags() & Pipe.KEPT_ONLY) != 0;
    }

    boolean hasClock() {
        return (flags() & Pipe.HAS_CLOCK) != 0;
    }

    /// The RTP timestamp of [#sentNanos]; only with [#hasClock].
    int clock() {
        return memory.get(Pipe.INT, at + Pipe.CLOCK);
    }

    private int flags() {
        return memory.get(Pipe.INT, at + Pipe.FLAGS);
    }

    /// Points `packet` at the one that this stands at; false where it is none.
    boolean read(TrackPacket packet) {
        packet.number(epoch(), index());
        readFrame(packet.frame());
        return packet.rtp().wrap(memory, at + Pipe.HEADER_BYTES, length());
    }

    private void readFrame(FramePart frame) {
        var flags = flags();
        frame.startsKeyFrame = (flags & Pipe.STARTS_KEY_FRAME) != 0;
        frame.startsFrame = (flags & Pipe.STARTS_FRAME) != 0;
        frame.hasParameters = (flags & Pipe.HAS_PARAMETERS) != 0;
        frame.temporalLayer = memory.get(Pipe.INT, at + Pipe.TEMPORAL_LAYER);
        frame.spatialLayer = memory.get(Pipe.INT, at + Pipe.SPATIAL_LAYER);
    }

    /// The position of the packet that this stands at.
    long position() {
        return next - 1;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public boolean holds(long position) {
        return position >= oldest && position < next;
    }

    @Override
    public long offsetOf(long position) {
        return pipe.offsetOf(position);
    }
}
