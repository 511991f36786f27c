// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

/// What a listener serves.
public enum Role {
    /// The Janus API over WebSocket, on any path.
    JANUS,
    /// The Janus API over HTTP, below its base path.
    REST,
    /// The video chat page, and `/healthz` and `/readyz`.
    PAGES,
    /// `/metrics`.
    METRICS,
    /// The API of operators, over WebSocket and HTTP; goes with no other role.
    ADMIN
}
