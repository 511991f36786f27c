// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import java.util.List;

/// What the client's SDP says of its transport.
///
/// @param fingerprints at least one; the certificate must match one of them
/// @param weAreDtlsClient whether the client chose to be the passive side
public record RemoteTransport(
        String ufrag, String password, List<Fingerprint> fingerprints, boolean weAreDtlsClient) {
    public RemoteTransport {
        fingerprints = List.copyOf(fingerprints);
    }

    /// RFC 8122 §5.
    ///
    /// @param algorithm in lower case, such as `sha-256`
    /// @param value upper-case hexadecimal octets parted by colons
    public record Fingerprint(String algorithm, String value) {}
}
