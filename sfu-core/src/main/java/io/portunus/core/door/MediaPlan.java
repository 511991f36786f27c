// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.rtp.ExtensionMap;
import java.util.List;
import java.util.Set;

/// What was negotiated for one PeerConnection, as plain parameters: the core never sees SDP.
///
/// @param lines the media sections that are in use, in the order of the SDP; a section without a
///   codec or with a data channel is left out, so indexes may have gaps
public record MediaPlan(List<Line> lines) {
    /// The most media sections of one connection.
    public static final int MAX_LINES = 64;

    public MediaPlan {
        lines = List.copyOf(lines);
        if (lines.size() > MAX_LINES) {
            throw new IllegalArgumentException("a plan has at most " + MAX_LINES + " lines");
        }
    }

    /// One media section.
    ///
    /// @param index its place in the SDP, from 0 (the API's `mindex`)
    /// @param mid its `a=mid`, at most 16 characters
    /// @param receives whether the client sends media here
    /// @param sends whether we send media here
    /// @param rtxPayloadType the payload type of retransmissions (RFC 4588), or -1 without RTX
    /// @param extensions the header extensions agreed for this section
    /// @param encodings what the client said of the streams it sends here, the one that is taken
    ///   first; empty where it said nothing and packets are told apart by mid alone; one entry
    ///   without simulcast
    public record Line(
            int index,
            String mid,
            boolean receives,
            boolean sends,
            Codec codec,
            int payloadType,
            int rtxPayloadType,
            Set<Feedback> feedback,
            ExtensionMap extensions,
            List<Encoding> encodings) {
        public Line {
            feedback = Set.copyOf(feedback);
            encodings = List.copyOf(encodings);
        }

        public MediaKind kind() {
            return codec.kind();
        }
    }

    /// One encoding that a client announced in its SDP.
    ///
    /// @param rid its restriction identifier (RFC 8851), empty where it has none
    /// @param ssrc unsigned 32 bits, or -1 where it was not signalled
    /// @param rtxSsrc likewise, for its retransmissions
    public record Encoding(String rid, long ssrc, long rtxSsrc) {}

    /// The RTCP feedback that was agreed (RFC 4585 §4.2, RFC 5104 §7.1).
    public enum Feedback {
        NACK,
        NACK_PLI,
        CCM_FIR,
        REMB,
        TRANSPORT_CC
    }
}
