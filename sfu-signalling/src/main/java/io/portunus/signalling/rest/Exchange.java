// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.portunus.signalling.janus.RequestBudget;
import org.jspecify.annotations.Nullable;

/// An HTTP request that is to be answered, whatever carries it. Thread-safe.
public interface Exchange {
    /// Answers; only the first answer counts.
    ///
    /// @param lost runs, on any thread, if the connection breaks before the answer is out
    void answer(RestAnswer answer, Runnable lost);

    /// Answers with something of which nothing is lost.
    default void answer(RestAnswer answer) {
        answer(answer, () -> {});
    }

    /// Ends the connection without an answer.
    void drop();

    /// The answer may take so long; without this it has to come soon. Called on the carrier's own
    /// thread while it hands the request over.
    void mayTake(int seconds);

    /// How many requests the connection may make; looked at on the signalling loop.
    default RequestBudget budget() {
        return RequestBudget.UNLIMITED;
    }

    /// Whoever is to hear when the connection ends; null for nobody. Used on the signalling loop.
    @Nullable Object audience();

    /// Sets whom [#audience] names.
    void audience(Object listener);

    /// Whether the client still waits, as far as is known.
    boolean isOpen();
}
