// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.FramePart;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.ExtensionReader;
import io.portunus.core.rtp.RtpPacket;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One packet of a track on its way to the subscribers, with what has been found out about it once
/// for all of them. A view that is filled anew for each packet; never keep a reference to it.
public final class TrackPacket {
    private static final int KINDS = ExtensionKind.values().length;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final RtpPacket rtp = new RtpPacket();
    private final FramePart frame = new FramePart();
    private final ExtensionReader reader = new ExtensionReader();
    private final long[] extensionOffsets = new long[KINDS];
    private final int[] extensionBytes = new int[KINDS];
    private int epoch;
    private long index;

    /// The packet as its sender numbered it, retransmissions undone.
    public RtpPacket rtp() {
        return rtp;
    }

    public FramePart frame() {
        return frame;
    }

    /// Counts the source's restarts: numbers and timestamps of different epochs are unrelated.
    public int epoch() {
        return epoch;
    }

    /// The unwrapped sequence number within this epoch.
    public long index() {
        return index;
    }

    public void number(int epoch, long index) {
        this.epoch = epoch;
        this.index = index;
    }

    /// Finds the header extensions of [#rtp], once for all who ask.
    public void readExtensions(ExtensionMap map) {
        Arrays.fill(extensionBytes, -1);
        reader.start(rtp);
        while (reader.next()) {
            var kind = map.kindOrdinal(reader.id());
            if (kind >= 0) {
                extensionOffsets[kind] = reader.offset();
                extensionBytes[kind] = reader.length();
            }
        }
    }

    /// How long the data of an extension is, or -1 where the packet has none of that kind.
    public int extensionBytes(ExtensionKind kind) {
        return extensionBytes[kind.ordinal()];
    }

    /// Where it starts in the packet's memory.
    public long extensionOffset(ExtensionKind kind) {
        return extensionOffsets[kind.ordinal()];
    }

    /// The transport-wide sequence number, 16 bits, or -1 where the packet has none.
    public int transportSequence() {
        var kind = ExtensionKind.TRANSPORT_SEQUENCE.ordinal();
        return extensionBytes[kind] < 2
                ? -1
                : rtp.memory().get(SHORT, extensionOffsets[kind]) & 0xFFFF;
    }
}
