// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.rtp.SequenceUnwrapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All packets of one outgoing stream, as seen at one place, checked with each that comes: one
/// number means one packet, timestamps never go back, what does not follow from the packet before
/// starts a key frame, and no frame is left out of the count.
final class StreamRecord {
    /// @param timestamp unsigned 32 bits in an int
    /// @param stamp null where it is padding that fills a gap
    /// @param frame null where it is padding, or nothing counts its frames
    record Packet(int timestamp, @Nullable Stamp stamp, @Nullable FrameNumber frame) {
        private boolean follows(Packet before) {
            return stamp == null || before.stamp == null || stamp.follows(before.stamp);
        }

        private boolean counts(Packet before) {
            return frame == null || before.frame == null || frame.follows(before.frame);
        }
    }

    private final String name;
    private final MediaKind kind;
    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final TreeMap<Long, Packet> packets = new TreeMap<>();

    StreamRecord(String name, MediaKind kind) {
        this.name = name;
        this.kind = kind;
    }

    /// A packet in which nothing counts frames.
    void onPacket(int sequenceNumber, int timestamp, @Nullable Stamp stamp) {
        onPacket(sequenceNumber, new Packet(timestamp, stamp, null));
    }

    void onPacket(int sequenceNumber, Packet packet) {
        var index = unwrapper.unwrap(sequenceNumber);
        var before = packets.putIfAbsent(index, packet);
        if (before != null) {
            assertThat(packet)
                    .as("%s: the packet numbered %s again", name, index)
                    .isEqualTo(before);
            return;
        }
        check(packets.lowerEntry(index), packets.floorEntry(index));
        check(packets.floorEntry(index), packets.higherEntry(index));
    }

    private void check(
            Map.@Nullable Entry<Long, Packet> earlier, Map.@Nullable Entry<Long, Packet> later) {
        if (earlier == null || later == null) {
            return;
        }
        var advance = later.getValue().timestamp - earlier.getValue().timestamp;
        assertThat(advance)
                .as("%s: time goes on from %s to %s", name, earlier, later)
                .isGreaterThanOrEqualTo(0);
        if (kind == MediaKind.VIDEO && later.getKey() == earlier.getKey() + 1) {
            assertThat(later.getValue().follows(earlier.getValue()))
                    .as("%s: a decoder can go on from %s to %s", name, earlier, later)
                    .isTrue();
            assertThat(later.getValue().counts(earlier.getValue()))
                    .as("%s: frames are counted on from %s to %s", name, earlier, later)
                    .isTrue();
        }
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }

    int size() {
        return packets.size();
    }

    long highest() {
        return packets.isEmpty() ? 0 : packets.lastKey();
    }

    /// Whether the first packet starts a key frame.
    boolean startsWithKeyFrame() {
        var stamp = packets.firstEntry().getValue().stamp;
        return stamp != null && stamp.startsKeyFrame();
    }

    /// Which source the last packet is from; 0 where it is padding.
    int lastSource() {
        var stamp = packets.lastEntry().getValue().stamp;
        return stamp == null ? 0 : stamp.source();
    }

    /// What carries media, in the order of its numbers.
    List<Stamp> stamps() {
        return packets.values().stream().map(Packet::stamp).filter(Objects::nonNull).toList();
    }

    /// The numbers between the first and the last of which there is no packet.
    List<Long> missing() {
        var missing = new ArrayList<Long>();
        if (!packets.isEmpty()) {
            var next = packets.firstKey();
            for (var index : packets.keySet()) {
                for (; next < index; next++) {
                    missing.add(next);
                }
                next++;
            }
        }
        return missing;
    }

    /// Of `missing`, what lies in the uncut run of one source that the stream ends with.
    List<Long> missingInLastRun() {
        var from = startOfLastRun();
        return missing().stream().filter(index -> index > from).toList();
    }

    /// Of what `sent` ends with, in one uncut run, the numbers that this record lacks. What came
    /// before the first packet that is here, or after the last, cannot be known to be missing.
    List<Long> lacksOfLastRun(StreamRecord sent) {
        var lacking = new ArrayList<Long>();
        for (var index : sent.packets.tailMap(sent.startOfLastRun()).keySet()) {
            var here = highest() - ((highest() - index) & 0xFFFF);
            if (here > packets.firstKey() && !packets.containsKey(here)) {
                lacking.add(here);
            }
        }
        return lacking;
    }

    private long startOfLastRun() {
        var start = packets.lastKey();
        for (var entry = packets.lastEntry(); entry != null; ) {
            var earlier = packets.lowerEntry(entry.getKey());
            if (earlier == null || !sameRun(earlier, entry)) {
                break;
            }
            start = earlier.getKey();
            entry = earlier;
        }
        return start;
    }

    private static boolean sameRun(Map.Entry<Long, Packet> earlier, Map.Entry<Long, Packet> later) {
        var a = earlier.getValue().stamp;
        var b = later.getValue().stamp;
        return a == null
                || b == null
                || (a.source() == b.source()
                        && b.number() - a.number() == later.getKey() - earlier.getKey());
    }
}
