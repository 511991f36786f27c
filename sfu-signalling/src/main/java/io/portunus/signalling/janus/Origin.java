// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import java.net.InetAddress;

/// Where a client comes from, as far as limits count it: an IPv4 address, or of an IPv6 address the
/// first 64 bits, which is what one customer has at least.
public record Origin(long high, boolean isV6) {
    private static final int NETWORK_BYTES = 8;

    public static Origin of(InetAddress address) {
        var bytes = address.getAddress();
        var high = 0L;
        for (var i = 0; i < Math.min(bytes.length, NETWORK_BYTES); i++) {
            high = (high << 8) | (bytes[i] & 0xFF);
        }
        return new Origin(high, bytes.length > NETWORK_BYTES);
    }
}
