// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.door.LocalTransport;

/// Writes one of our candidates as SDP and `trickle` have it (RFC 8839 §5.1). Stateless.
public final class CandidateLine {
    private CandidateLine() {}

    /// Without an `a=` before it.
    public static String of(LocalTransport.Candidate candidate) {
        return "candidate:"
                + candidate.foundation()
                + " 1 udp "
                + candidate.priority()
                + " "
                + candidate.address()
                + " "
                + candidate.port()
                + " typ host";
    }
}
