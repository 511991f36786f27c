// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;

/// What is spoken on a connection, whatever carries it: the API of clients or that of operators.
/// Used on the signalling loop, where nothing else is said.
public interface Api {
    /// The WebSocket sub-protocol that a client has to offer. Thread-safe.
    String protocol();

    /// Whether it is the one of operators. Thread-safe.
    boolean isAdmin();

    /// How many requests a new connection may make. Thread-safe.
    RequestBudget newBudget();

    /// Handles everything in one message of `client`.
    void onMessage(Client client, String text);

    /// For operators: a client's connection has begun or ended, or has brought an HTTP request.
    ///
    /// @param data what is told of it, with `event`: `connected`, `disconnected` or `request`
    void onTransport(Client client, Supplier<ObjectNode> data);

    /// The client's connection has ended.
    void onClosed(Client client);
}
