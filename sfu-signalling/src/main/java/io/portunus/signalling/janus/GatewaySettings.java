// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

/// What the core API needs to know.
///
/// @param acceptNewSessions whether `create` is answered with a session; if not, with 472
/// @param opaqueIdInApi whether events name the `opaque_id` of their handle
/// @param fullTrickle whether clients that trickle are told our candidates by `trickle` events
///   rather than in descriptions
public record GatewaySettings(
        Timeouts timeouts,
        Limits limits,
        boolean acceptNewSessions,
        boolean opaqueIdInApi,
        boolean fullTrickle,
        ServerFacts server) {
    /// What Janus operators are used to.
    public static GatewaySettings defaults() {
        return new GatewaySettings(
                Timeouts.DEFAULT, Limits.DEFAULT, true, false, false, ServerFacts.UNKNOWN);
    }

    /// All in seconds.
    ///
    /// @param session an unused session ends after so long; 0 never
    /// @param reclaim how long a session outlives its connection; 0 not at all
    /// @param candidates how long candidates are kept that come before their description; only told
    ///   to clients, because a lite agent has no use for candidates
    public record Timeouts(int session, int reclaim, int candidates) {
        public static final Timeouts DEFAULT = new Timeouts(60, 0, 45);
    }

    /// How much one client may have and ask.
    ///
    /// @param sessionsPerConnection sessions of one connection
    /// @param handlesPerSession handles of one session
    /// @param requestsPerSecond requests of one connection, in the long run; for a moment it may be
    ///   [RequestBudget#BURST] times as many. 0 for any number
    public record Limits(int sessionsPerConnection, int handlesPerSession, int requestsPerSecond) {
        public static final Limits DEFAULT = new Limits(10_000, 10_000, 1_000);
    }
}
