// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

/// Turns the 16-bit sequence numbers of one stream into a 64-bit index that never wraps.
public final class SequenceUnwrapper {
    private long newest = -1;

    /// The index nearest to the newest one seen, so that packets up to 32 767 late still land
    /// behind it. The lower 16 bits of an index are the sequence number.
    public long unwrap(int sequenceNumber) {
        if (newest < 0) {
            // Starting one cycle up keeps the index positive for packets that precede the first.
            newest = 0x1_0000L + sequenceNumber;
            return newest;
        }
        var distance = (short) (sequenceNumber - (int) newest);
        var index = newest + distance;
        newest = Math.max(newest, index);
        return index;
    }

    /// The newest index so far, or -1 before the first.
    public long newest() {
        return newest;
    }
}
