// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.handler.ssl.SslContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An address to listen on.
///
/// @param port 0 for any free one
/// @param roles what is served there
/// @param tls for https and wss; null for neither
public record Listener(String address, int port, Set<Role> roles, @Nullable SslContext tls) {
    public Listener {
        roles = Set.copyOf(roles);
    }
}
