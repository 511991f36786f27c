// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.handler.ssl.SslContext;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An address to listen on.
///
/// @param port 0 for any free one
/// @param roles what is served there
/// @param tls for https and wss, asked anew for each connection; null for neither
/// @param allowed which clients are served; empty for all
public record Listener(
        String address,
        int port,
        Set<Role> roles,
        @Nullable Supplier<SslContext> tls,
        AddressList allowed) {
    public Listener {
        roles = Set.copyOf(roles);
    }

    /// Without TLS, for everybody.
    public Listener(String address, int port, Set<Role> roles) {
        this(address, port, roles, null, AddressList.NONE);
    }
}
