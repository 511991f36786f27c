// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.fate.Fate;
import io.portunus.core.rtp.SequenceUnwrapper;
import java.util.Arrays;

/// Numbers the packets of one stream upwards for ever, and tells those that came before.
///
/// A sequence number far off is not believed until the one after it comes too; then the sender has
/// restarted and a new *epoch* begins (RFC 3550 A.1). Confined to its media loop.
final class SequenceTracker {
    /// How far back a packet is told from its duplicate; older ones are refused.
    static final int WINDOW = 2_048;

    /// RFC 3550 A.1: a larger jump is not believed at once.
    static final int MAX_AHEAD = 3_000;

    private static final int NO_SUSPECT = -1;

    private final long[] seen = new long[WINDOW / Long.SIZE];
    private SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private int expectedAfterSuspect = NO_SUSPECT;
    private int epoch;
    private long index = -1;

    /// Forgets the stream: the next packet begins a new epoch.
    void restart() {
        unwrapper = new SequenceUnwrapper();
        Arrays.fill(seen, 0);
        expectedAfterSuspect = NO_SUSPECT;
        epoch++;
    }

    /// Notes a packet that came as sent.
    ///
    /// @return [Fate#RECEIVED] when [#index] is its number, or why it is refused
    Fate onPacket(int sequenceNumber) {
        if (isFarOff(sequenceNumber)) {
            if (sequenceNumber != expectedAfterSuspect) {
                expectedAfterSuspect = (sequenceNumber + 1) & 0xFFFF;
                return Fate.TOO_LATE;
            }
            restart();
        }
        expectedAfterSuspect = NO_SUSPECT;
        return note(sequenceNumber);
    }

    /// Notes a packet that came as a retransmission, whose number proves nothing about the sender's
    /// present ones.
    Fate onRepair(int sequenceNumber) {
        return newest() < 0 || isFarOff(sequenceNumber) ? Fate.TOO_LATE : note(sequenceNumber);
    }

    /// The number of the packet that was received last.
    long index() {
        return index;
    }

    int epoch() {
        return epoch;
    }

    /// The highest number of this epoch, or -1.
    long newest() {
        return unwrapper.newest();
    }

    private boolean isFarOff(int sequenceNumber) {
        if (newest() < 0) {
            return false;
        }
        var distance = (short) (sequenceNumber - (int) newest());
        return distance > MAX_AHEAD || distance <= -WINDOW;
    }

    private Fate note(int sequenceNumber) {
        var before = newest();
        var number = unwrapper.unwrap(sequenceNumber);
        if (before >= 0 && number > before) {
            forget(before + 1, number);
        }
        var word = (int) (number & (WINDOW - 1)) >>> 6;
        var bit = 1L << number;
        if ((seen[word] & bit) != 0) {
            return Fate.DUPLICATE;
        }
        seen[word] |= bit;
        index = number;
        return Fate.RECEIVED;
    }

    private void forget(long from, long to) {
        if (to - from >= WINDOW) {
            Arrays.fill(seen, 0);
            return;
        }
        for (var number = from; number <= to; number++) {
            seen[(int) (number & (WINDOW - 1)) >>> 6] &= ~(1L << number);
        }
    }
}
