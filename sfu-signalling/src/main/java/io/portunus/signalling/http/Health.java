// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

/// What the server says of its own state. Called on I/O loops.
public interface Health {
    /// Whether every loop still turns.
    boolean isHealthy();

    /// Whether new clients are welcome.
    boolean isReady();
}
