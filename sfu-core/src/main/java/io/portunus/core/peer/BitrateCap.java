// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

/// Tells a publisher how much it may send in all, by REMB, and repeats it lest it be lost or
/// forgotten. Confined to its media loop.
final class BitrateCap {
    /// What a publisher is told when the limit is lifted: more than any browser sends.
    static final long LIFTED_BPS = 100_000_000;

    /// How often that is told.
    private static final int LIFTED_REPEATS = 3;

    private final RtcpSender rtcp;
    private final PeerTracks tracks;
    private int bitrateBps;
    private int liftsToTell;

    BitrateCap(RtcpSender rtcp, PeerTracks tracks) {
        this.rtcp = rtcp;
        this.tracks = tracks;
    }

    /// 0 for no limit.
    void set(int bitrateBps) {
        if (this.bitrateBps == bitrateBps) {
            return;
        }
        liftsToTell = bitrateBps == 0 ? LIFTED_REPEATS : 0;
        this.bitrateBps = bitrateBps;
        tell();
    }

    /// To be called once a second.
    void tell() {
        var track = tracks.bitrateReporter();
        if (track == null) {
            return;
        }
        if (bitrateBps > 0) {
            rtcp.sendBitrateLimit(bitrateBps, track.ssrc());
        } else if (liftsToTell > 0) {
            liftsToTell--;
            rtcp.sendBitrateLimit(LIFTED_BPS, track.ssrc());
        }
    }
}
