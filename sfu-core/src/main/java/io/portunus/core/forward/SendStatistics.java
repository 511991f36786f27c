// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

/// What one outgoing stream has sent, and what its subscriber says of it. Confined to its media
/// loop.
public final class SendStatistics {
    private long packets;
    private long octets;
    private boolean heard;
    private int lostInAll;
    private int lostSinceAsked;

    void onSent(int payloadBytes) {
        packets++;
        octets += payloadBytes;
    }

    /// A report block about this stream (RFC 3550 §6.4.1).
    ///
    /// @param cumulativeLost signed: duplicates may outweigh losses
    void onReport(int cumulativeLost) {
        if (heard) {
            lostSinceAsked += Math.max(0, cumulativeLost - lostInAll);
        }
        heard = true;
        lostInAll = cumulativeLost;
    }

    /// Packets sent, as a sender report counts them.
    public int packets() {
        return (int) packets;
    }

    /// Payload bytes sent, as a sender report counts them.
    public int octets() {
        return (int) octets;
    }

    public boolean hasSent() {
        return packets > 0;
    }

    /// Packets that the subscriber has reported lost since this was last asked.
    public int takeLost() {
        var lost = lostSinceAsked;
        lostSinceAsked = 0;
        return lost;
    }
}
