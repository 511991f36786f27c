// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Who may come in at one listener, and who a client is that comes through a proxy. Thread-safe.
final class Gate {
    /// The most hops of `X-Forwarded-For` that are looked at.
    private static final int MAX_HOPS = 16;

    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private final Listener listener;
    private final HttpSettings settings;
    private final Guests guests;
    private final HttpCounters counters;
    private final AtomicInteger connections = new AtomicInteger();

    Gate(Listener listener, HttpSettings settings, Guests guests, HttpCounters counters) {
        this.listener = listener;
        this.settings = settings;
        this.guests = guests;
        this.counters = counters;
    }

    Set<Role> roles() {
        return listener.roles();
    }

    HttpCounters counters() {
        return counters;
    }

    void count(Refusal refusal) {
        counters.count(refusal);
    }

    /// Whether a connection may stay; if not, that is counted and it is to be closed at once.
    boolean admits(SocketChannel channel) {
        var address = channel.remoteAddress();
        var refusal =
                address == null ? Refusal.MALFORMED : refusalOf(channel, address.getAddress());
        if (refusal != null) {
            counters.count(refusal);
        }
        return refusal == null;
    }

    /// Where a request really comes from. A proxy that is trusted tells the truth of who connected
    /// to it; whatever stands before that, anybody can have written.
    InetSocketAddress client(Channel channel, HttpHeaders headers) {
        var peer = (InetSocketAddress) channel.remoteAddress();
        var trusted = settings.trustedProxies();
        if (!trusted.contains(peer.getAddress())) {
            return peer;
        }
        var hops = String.join(",", headers.getAll(FORWARDED_FOR)).split(",", -1);
        var client = peer;
        for (var i = hops.length - 1; i >= Math.max(0, hops.length - MAX_HOPS); i--) {
            var address = AddressList.parse(hops[i].strip());
            if (address == null) {
                return client;
            }
            client = new InetSocketAddress(address, 0);
            if (!trusted.contains(address)) {
                return client;
            }
        }
        return client;
    }

    /// Why a request of `client` is not served, or null.
    @Nullable Refusal refusal(InetSocketAddress client) {
        if (!isAllowed(client.getAddress())) {
            return Refusal.NOT_ALLOWED;
        }
        return guests.mayAsk(client.getAddress()) ? null : Refusal.TOO_OFTEN;
    }

    private @Nullable Refusal refusalOf(SocketChannel channel, InetAddress address) {
        var isProxy = settings.trustedProxies().contains(address);
        if (!isProxy && !isAllowed(address)) {
            return Refusal.NOT_ALLOWED;
        }
        if (connections.incrementAndGet() > settings.connections()) {
            connections.decrementAndGet();
            return Refusal.CONNECTIONS_FULL;
        }
        var full = isProxy ? null : guests.arrived(address);
        if (full != null) {
            connections.decrementAndGet();
            return full;
        }
        channel.closeFuture()
                .addListener(_ -> {
                    connections.decrementAndGet();
                    if (!isProxy) {
                        guests.left(address);
                    }
                });
        return null;
    }

    private boolean isAllowed(InetAddress address) {
        return listener.allowed().isEmpty() || listener.allowed().contains(address);
    }
}
