// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

/// Counts requests, and the ends of sessions, for the operator.
@FunctionalInterface
public interface RequestMeter {
    /// @param verb one of the API's, or `other`
    /// @param code 0 for success, else the code of the error
    void onRequest(String verb, int code);

    /// A session has ended.
    default void onSessionEnded(SessionEnd end) {}
}
