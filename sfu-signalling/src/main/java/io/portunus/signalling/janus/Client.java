// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import java.util.List;
import java.util.function.Consumer;

/// A client's connection, whatever carries it. Used on the signalling loop.
public interface Client {
    /// Sends one message; a client that does not read is dropped by whoever carries it.
    void send(String json);

    /// Whether the connection is alive: not closed, and a ping is answered within `waitMillis`.
    /// `answer` is called on the signalling loop, exactly once.
    void probe(int waitMillis, Consumer<Boolean> answer);

    /// Whether what is sent may still arrive: false once it is known to be closed. Events are then
    /// kept until the session is claimed.
    default boolean isOpen() {
        return true;
    }

    /// How many requests it may make.
    default RequestBudget budget() {
        return RequestBudget.UNLIMITED;
    }

    /// A session of this connection has been claimed by another one, to which its events go now.
    default void onSessionClaimed(long session) {}

    /// A session of this connection has ended, for whatever reason.
    default void onSessionEnded(long session) {}

    /// The package name of what carries it, such as `janus.transport.websockets`.
    default String transport() {
        return "janus.transport.websockets";
    }

    /// A name for the connection, unique while it lasts.
    default String connection() {
        return Integer.toHexString(System.identityHashCode(this));
    }

    /// Whose sessions are counted together: those of the connection, or where each request may come
    /// on one of its own, those of an [Origin].
    default Object guest() {
        return this;
    }

    /// Who owns a session that this one creates or claims: itself, unless each of its messages
    /// comes on a carrier of its own.
    default Client owner() {
        return this;
    }

    /// A request for `session`, which it owns, was taken, on whichever connection it came.
    default void onActivity(long session) {}

    /// What it was given to send and nobody has fetched, which goes to whoever comes after it.
    default List<String> undelivered() {
        return List.of();
    }

    /// For logs: where the client is.
    String remote();
}
