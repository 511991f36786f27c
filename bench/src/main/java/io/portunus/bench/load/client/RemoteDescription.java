// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.util.List;

/// What the server's description says of its transport.
///
/// @param fingerprintAlgorithm in lower case
/// @param fingerprint in upper case
/// @param setup `active`, `passive` or `actpass`
/// @param isLite whether the server is a lite agent (RFC 8445 §2.5)
/// @param candidates as [io.portunus.bench.load.udp.Address] has them, best first
public record RemoteDescription(
        String ufrag,
        String password,
        String fingerprintAlgorithm,
        String fingerprint,
        String setup,
        boolean isLite,
        List<Long> candidates) {
    public RemoteDescription {
        candidates = List.copyOf(candidates);
    }
}
