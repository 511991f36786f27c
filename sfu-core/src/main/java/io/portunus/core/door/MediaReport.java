// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import io.portunus.core.codec.Codec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one PeerConnection has received and sent since it began, in plain numbers.
///
/// @param rttNanos the smoothed round trip to the client; 0 before one was measured
/// @param remoteLimitBps what the client's last REMB allows us to send; 0 without one
/// @param received one for each encoding that is received, in the order of the SDP
/// @param sent one for each section that we send in
public record MediaReport(
        long rttNanos, long remoteLimitBps, List<Received> received, List<Sent> sent) {
    /// For how long what was received can be sent again, in milliseconds: what is older is of no
    /// use to a player any more.
    public static final int HISTORY_MILLIS = 1_000;

    public MediaReport {
        received = List.copyOf(received);
        sent = List.copyOf(sent);
    }

    /// One encoding of what the client sends in one media section.
    ///
    /// @param line the section's place in the SDP, from 0
    /// @param encoding 0, or with simulcast which of the section's encodings
    /// @param ssrc unsigned 32 bits; -1 before a packet has told it
    /// @param packets RTP packets, repairs included
    /// @param bytes of these packets, headers included, decrypted
    /// @param bytesInLastSecond of those, what came in the last whole second of the connection
    /// @param lost as receiver reports count it (RFC 3550 §6.4.1): repairs don't count, and
    ///   duplicates may make it negative
    /// @param jitter in timestamp units
    /// @param nacksSent requests for repairs, each for one or more packets
    /// @param repairs packets that came as retransmissions (RFC 4588)
    public record Received(
            int line,
            String mid,
            Codec codec,
            int encoding,
            long ssrc,
            long packets,
            long bytes,
            long bytesInLastSecond,
            int lost,
            int jitter,
            long nacksSent,
            long repairs) {}

    /// What we send in one media section.
    ///
    /// @param line the section's place in the SDP, from 0
    /// @param ssrc unsigned 32 bits
    /// @param rtxSsrc likewise, of retransmissions; -1 without
    /// @param packets RTP packets, retransmissions included
    /// @param bytes of the payloads of these packets
    /// @param bytesInLastSecond of those, what went out in the last whole second of the connection
    /// @param nacksReceived requests for repairs, each for one or more packets
    /// @param repairs packets sent as retransmissions
    /// @param remote the client's last report about it; null before one has come
    public record Sent(
            int line,
            String mid,
            Codec codec,
            long ssrc,
            long rtxSsrc,
            long packets,
            long bytes,
            long bytesInLastSecond,
            long nacksReceived,
            long repairs,
            @Nullable RemoteReport remote) {}

    /// What the client reports of one stream (RFC 3550 §6.4.1).
    ///
    /// @param lost since the stream began; signed
    /// @param fractionLost in 256ths, since the report before
    /// @param jitter in timestamp units
    /// @param arrivedShortNtp when the report came: the middle 32 bits of the NTP time, unsigned
    /// @param lastSenderReport the LSR field, unsigned; 0 where it has had no report of ours
    /// @param delaySinceSenderReport the DLSR field, unsigned, in 65536ths of a second
    public record RemoteReport(
            int lost,
            int fractionLost,
            int jitter,
            long arrivedShortNtp,
            long lastSenderReport,
            long delaySinceSenderReport) {}
}
