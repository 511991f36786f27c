// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import io.portunus.core.peer.LinkThresholds;
import java.util.List;
import java.util.Map;

/// What the `info` verb tells that only whoever assembles the server knows.
///
/// @param name of this server
/// @param version our own version
/// @param commit of which the server was built
/// @param builtAt when it was built
/// @param localAddress the first of our own addresses; empty for unknown
/// @param publicAddresses what clients are told instead of our own addresses
/// @param ipv6 whether any of our addresses is an IPv6 one
/// @param dtlsMtu the largest DTLS datagram, in bytes
/// @param links when clients are told of media that stops
/// @param transports package names of what carries the API
/// @param dependencies the libraries and their versions
public record ServerFacts(
        String name,
        String version,
        String commit,
        String builtAt,
        String localAddress,
        List<String> publicAddresses,
        boolean ipv6,
        int dtlsMtu,
        LinkThresholds links,
        List<Transport> transports,
        Map<String, String> dependencies) {
    /// Nothing is known.
    public static final ServerFacts UNKNOWN =
            new ServerFacts(
                    "Portunus",
                    "0",
                    "unknown",
                    "unknown",
                    "",
                    List.of(),
                    false,
                    1_200,
                    new LinkThresholds(),
                    List.of(Transport.WEBSOCKETS),
                    Map.of());

    public ServerFacts {
        publicAddresses = List.copyOf(publicAddresses);
        transports = List.copyOf(transports);
        dependencies = Map.copyOf(dependencies);
    }

    /// What carries the API.
    ///
    /// @param packageName as clients know it
    public record Transport(String packageName, String name, String description) {
        public static final Transport WEBSOCKETS =
                new Transport(
                        "janus.transport.websockets",
                        "JANUS WebSockets transport plugin",
                        "The API over WebSocket");

        public static final Transport HTTP =
                new Transport(
                        "janus.transport.http",
                        "JANUS REST (HTTP/HTTPS) transport plugin",
                        "The API over HTTP");
    }
}
