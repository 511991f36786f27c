// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.net.InetSocketAddress;

/// What a client's description says of its transport.
///
/// @param fingerprint of SHA-256
public record LocalDescription(
        String ufrag, String password, String fingerprint, InetSocketAddress candidate) {}
