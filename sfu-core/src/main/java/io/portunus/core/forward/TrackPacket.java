// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.rtp.RtpPacket;

/// One packet of a track on its way to the subscribers, with what has been found out about it once
/// for all of them. A view that is filled anew for each packet; never keep a reference to it.
public final class TrackPacket {
    private final RtpPacket rtp = new RtpPacket();
    private int epoch;
    private long index;

    public RtpPacket rtp() {
        return rtp;
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
}
