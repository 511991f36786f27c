// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.portunus.signalling.janus.Origin;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How many connections each address has and how often it asks. Of IPv6 addresses the first 64 bits
/// count, which is what one customer has at least. Thread-safe.
final class Guests {
    /// The most addresses that are counted at once.
    static final int MAX_ADDRESSES = 200_000;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int connectionsEach;
    private final int requestsPerSecond;
    private final LongSupplier clock;
    private final ConcurrentHashMap<Origin, Guest> guests = new ConcurrentHashMap<>();

    /// @param clock nanoseconds that never go back
    Guests(HttpSettings settings, LongSupplier clock) {
        connectionsEach = settings.connectionsPerAddress();
        requestsPerSecond = settings.requestsPerSecond();
        this.clock = clock;
    }

    /// A connection has come.
    ///
    /// @return why it may not stay, or null; then [#left] has to be called when it ends
    @Nullable Refusal arrived(InetAddress address) {
        if (hasNoRoom()) {
            return Refusal.ADDRESSES_FULL;
        }
        var guest =
                guests.compute(
                        Origin.of(address),
                        (_, known) -> {
                            var present = known == null ? full() : known;
                            return present.connections >= connectionsEach
                                    ? present.refused()
                                    : present.withConnections(present.connections + 1);
                        });
        return guest.isRefused ? Refusal.ADDRESS_FULL : null;
    }

    void left(InetAddress address) {
        guests.computeIfPresent(
                Origin.of(address),
                (_, guest) -> {
                    var rest = guest.withConnections(guest.connections - 1);
                    return isForgettable(rest) ? null : rest;
                });
    }

    /// A request has come; false where its address asks too often.
    boolean mayAsk(InetAddress address) {
        if (requestsPerSecond == 0) {
            return true;
        }
        if (hasNoRoom()) {
            return false;
        }
        var now = clock.getAsLong();
        var guest =
                guests.compute(
                        Origin.of(address),
                        (_, known) ->
                                (known == null ? full() : known).asked(now, requestsPerSecond));
        return !guest.isRefused;
    }

    int addresses() {
        return guests.size();
    }

    private boolean hasNoRoom() {
        if (guests.size() < MAX_ADDRESSES) {
            return false;
        }
        guests.values().removeIf(this::isForgettable);
        return guests.size() >= MAX_ADDRESSES;
    }

    private Guest full() {
        return new Guest(0, requestsPerSecond, clock.getAsLong(), false);
    }

    /// Whether it would be the same if it came for the first time.
    private boolean isForgettable(Guest guest) {
        return guest.connections == 0
                && (requestsPerSecond == 0 || clock.getAsLong() - guest.atNanos >= SECOND);
    }

    /// What is known of one address.
    ///
    /// @param tokens how many requests it may still send at once
    /// @param atNanos when that was so
    /// @param isRefused whether the last thing it wanted was too much
    private record Guest(int connections, double tokens, long atNanos, boolean isRefused) {
        Guest withConnections(int count) {
            return new Guest(count, tokens, atNanos, false);
        }

        Guest refused() {
            return new Guest(connections, tokens, atNanos, true);
        }

        Guest asked(long nowNanos, int perSecond) {
            var earned = (nowNanos - atNanos) * (double) perSecond / SECOND;
            var now = Math.min(perSecond, tokens + earned);
            return now < 1
                    ? new Guest(connections, now, nowNanos, true)
                    : new Guest(connections, now - 1, nowNanos, false);
        }
    }
}
