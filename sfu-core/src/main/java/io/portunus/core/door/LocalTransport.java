// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import java.util.List;

/// What a client must know to reach us, for the SDP.
///
/// @param fingerprint SHA-256 of our certificate, as `a=fingerprint` writes it after the algorithm
public record LocalTransport(
        String ufrag, String password, String fingerprint, List<Candidate> candidates) {
    public LocalTransport {
        candidates = List.copyOf(candidates);
    }

    /// A host candidate over UDP, component 1 (RFC 8445 §5.1.1.1).
    ///
    /// @param address a literal IPv4 or IPv6 address
    public record Candidate(String foundation, long priority, String address, int port) {}
}
