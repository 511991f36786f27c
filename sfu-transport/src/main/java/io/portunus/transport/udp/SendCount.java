// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

/// What there is to count of how a media loop sends; what became of the single datagrams is told by
/// [io.portunus.core.fate.Fate].
public enum SendCount {
    /// Calls of the system that sent something.
    CALLS,
    /// Messages that those calls took: a run is one, and so is a datagram that goes alone.
    MESSAGES,
    /// Runs: equal-sized datagrams for one destination that went as one message.
    RUNS,
    /// The datagrams in those runs.
    SEGMENTS,
    /// Calls that sent nothing because the send buffer or the device's queue was full.
    REFUSED_FULL,
    /// Runs refused because the path takes no datagrams of that size in one (EINVAL, EMSGSIZE).
    REFUSED_SIZE,
    /// Runs refused because the device cannot cut them up (EIO, EOPNOTSUPP).
    REFUSED_OFFLOAD,
    /// Messages refused for any other reason, such as an address that cannot be reached.
    REFUSED_OTHER,
    /// How often a destination was given up for runs, for a while.
    FALLBACKS
}
