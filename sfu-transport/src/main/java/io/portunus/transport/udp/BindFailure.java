// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/// Says which address and port could not be had, and why. Stateless.
final class BindFailure {
    private BindFailure() {}

    static UncheckedIOException of(String what, InetSocketAddress local, String reason) {
        var address = local.getAddress().getHostAddress();
        var message =
                "cannot %s UDP port %d on %s: %s".formatted(what, local.getPort(), address, reason);
        return new UncheckedIOException(new BindException(message));
    }
}
