// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/// An address of this machine that every media loop listens on.
///
/// @param bind what to bind to
/// @param advertised what clients are told, which differs behind a one-to-one NAT
public record LocalAddress(InetAddress bind, InetAddress advertised) {
    public LocalAddress {
        if (bind.isAnyLocalAddress() || bind.isMulticastAddress()) {
            // A wildcard socket answers from an address of the system's choice, which is not always
            // the one that the client asked.
            throw new IllegalArgumentException(
                    "media address " + bind.getHostAddress() + " must be one particular address");
        }
    }

    public LocalAddress(InetAddress bind) {
        this(bind, bind);
    }

    /// Every address of this machine that a client could reach: those of the network first,
    /// loopback last; without link-local ones, which mean nothing without a zone.
    public static List<LocalAddress> all() {
        var network = new ArrayList<LocalAddress>();
        var loopback = new ArrayList<LocalAddress>();
        try {
            for (var card : NetworkInterface.networkInterfaces().toList()) {
                if (card.isUp()) {
                    card.inetAddresses()
                            .filter(address -> !address.isLinkLocalAddress())
                            .map(LocalAddress::withoutZone)
                            .map(LocalAddress::new)
                            .forEach((card.isLoopback() ? loopback : network)::add);
                }
            }
        } catch (SocketException e) {
            throw new IllegalStateException("the machine's addresses cannot be listed", e);
        }
        network.addAll(loopback);
        return network.subList(0, Math.min(network.size(), LoopSettings.MAX_ADDRESSES));
    }

    /// The JDK names the interface in every IPv6 address that it lists; clients must not be told.
    private static InetAddress withoutZone(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
