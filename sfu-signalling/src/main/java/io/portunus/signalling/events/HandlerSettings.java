// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.net.URI;
import java.time.Duration;
import java.util.Set;

/// One receiver of events, and what it gets.
///
/// @param name for logs and meters
/// @param url of an HTTP (`http`, `https`) or a WebSocket (`ws`, `wss`) server
/// @param types what is told
/// @param sdps whether JSEP events carry the SDP; if not, a mask takes its place
/// @param grouping whether a message is an array of events; if not, it is one event
/// @param access how we are let in, and how the receiver knows that it is us
/// @param limits how much waits, and for how long
public record HandlerSettings(
        String name,
        URI url,
        Set<EventType> types,
        boolean sdps,
        boolean grouping,
        Access access,
        Limits limits) {
    public HandlerSettings {
        types = Set.copyOf(types);
    }

    boolean isWebSocket() {
        var scheme = url.getScheme();
        return "ws".equalsIgnoreCase(scheme) || "wss".equalsIgnoreCase(scheme);
    }

    /// @param user for basic authentication (RFC 7617); empty for none
    /// @param secret with which each body is signed; empty for no signature
    public record Access(String user, String password, String secret) {
        public static final Access NONE = new Access("", "", "");

        @Override
        public String toString() {
            return "Access[user=" + user + "]";
        }
    }

    /// @param batchEvents the most events in one message
    /// @param batchBytes the most bytes in one message; an event that is longer goes alone
    /// @param delay how long an event may wait for others
    /// @param queueEvents the most events that wait; the oldest gives way
    /// @param queueBytes the most bytes that wait
    /// @param timeout how long the receiver may take to answer
    /// @param firstRetry how long to wait after the first failure; doubles with each further one
    /// @param longestRetry the most that it grows to
    public record Limits(
            int batchEvents,
            int batchBytes,
            Duration delay,
            int queueEvents,
            long queueBytes,
            Duration timeout,
            Duration firstRetry,
            Duration longestRetry) {
        public static final Limits DEFAULT =
                new Limits(
                        100,
                        256 << 10,
                        Duration.ofMillis(500),
                        10_000,
                        8L << 20,
                        Duration.ofSeconds(5),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(60));
    }
}
