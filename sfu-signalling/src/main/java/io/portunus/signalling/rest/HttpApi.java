// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.portunus.signalling.janus.RequestBudget;

/// An API that is spoken over HTTP, as listeners see it. Thread-safe.
public interface HttpApi {
    /// Whether a request for `path` is for the API.
    boolean takes(String path);

    /// Which web pages may use it.
    Cors cors();

    /// How many requests a new connection may make.
    RequestBudget newBudget();

    /// Takes a request and answers it, now or later. Called on the thread that carries it.
    void onRequest(RestRequest request, Exchange exchange);

    /// The connection of a request is gone, whether it was answered or not.
    ///
    /// @param silent whether it had been silent for long before that was noticed
    /// @return whether it was taken note of; if not, the caller has to say it again later
    boolean onAborted(Exchange exchange, boolean silent);
}
