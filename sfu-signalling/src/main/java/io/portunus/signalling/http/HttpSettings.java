// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

/// What the TCP side grants its clients.
///
/// @param connections the most at once on one listener
/// @param connectionsPerAddress the most of them from one address
/// @param requestsPerSecond how often one address may ask, WebSocket messages not counted; 0 for no
///   limit
/// @param requestSeconds how long a request may take from its first byte to its last
/// @param trustedProxies whose `X-Forwarded-For` is believed
public record HttpSettings(
        int connections,
        int connectionsPerAddress,
        int requestsPerSecond,
        int requestSeconds,
        AddressList trustedProxies) {
    public static final HttpSettings DEFAULT =
            new HttpSettings(50_000, 5_000, 1_000, 10, AddressList.NONE);
}
