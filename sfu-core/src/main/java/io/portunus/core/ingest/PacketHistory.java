// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaReport;
import io.portunus.core.rtp.KeptPackets;
import io.portunus.core.rtp.RtpPacket;
import java.util.Arrays;

/// Where the newest packets of one published stream lie in packet memory, once for all subscribers'
/// retransmissions. Confined to its media loop.
public final class PacketHistory {
    static final int VIDEO_PACKETS = 2_048;
    static final int AUDIO_PACKETS = 256;

    static final long MAX_AGE_NANOS = MediaReport.HISTORY_MILLIS * 1_000_000L;

    private final KeptPackets memory;
    private final int mask;
    private final long[] indexes;
    private final long[] positions;
    private final long[] keptNanos;
    private final short[] shifts;
    private final short[] lengths;

    /// As long a memory as players of `kind` can make use of.
    public static PacketHistory of(KeptPackets memory, MediaKind kind) {
        return new PacketHistory(memory, kind == MediaKind.VIDEO ? VIDEO_PACKETS : AUDIO_PACKETS);
    }

    /// @param packets how many are remembered, a power of two
    private PacketHistory(KeptPackets memory, int packets) {
        this.memory = memory;
        mask = packets - 1;
        indexes = new long[packets];
        positions = new long[packets];
        keptNanos = new long[packets];
        shifts = new short[packets];
        lengths = new short[packets];
        clear();
    }

    /// @param position where it lies in the memory
    /// @param shift how far behind the start of its slot the packet starts
    public void add(long index, long position, int shift, int length, long nowNanos) {
        var at = (int) index & mask;
        if (indexes[at] > index) {
            return;
        }
        indexes[at] = index;
        positions[at] = position;
        keptNanos[at] = nowNanos;
        shifts[at] = (short) shift;
        lengths[at] = (short) length;
    }

    /// Points `view` at the packet; false if it is not, or no longer, kept.
    public boolean find(long index, RtpPacket view, long nowNanos) {
        var at = (int) index & mask;
        return indexes[at] == index
                && nowNanos - keptNanos[at] <= MAX_AGE_NANOS
                && memory.holds(positions[at])
                && view.wrap(
                        memory.memory(), memory.offsetOf(positions[at]) + shifts[at], lengths[at]);
    }

    public void clear() {
        Arrays.fill(indexes, -1);
    }
}
