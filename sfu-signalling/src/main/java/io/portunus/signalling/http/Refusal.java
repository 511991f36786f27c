// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

/// Why a connection or request was not served.
public enum Refusal {
    /// The listener has as many connections as it may have.
    CONNECTIONS_FULL,
    /// The client's address has as many connections as it may have.
    ADDRESS_FULL,
    /// More addresses are being counted than can be.
    ADDRESSES_FULL,
    /// The client's address is not on the listener's list.
    NOT_ALLOWED,
    /// The client's address asks too often.
    TOO_OFTEN,
    /// A request took too long to come, or an answer to be fetched.
    TOO_SLOW,
    /// Nothing was asked for so long that the connection was closed.
    IDLE,
    /// The server itself took too long.
    UNANSWERED,
    /// Too many requests were sent before the one before was answered.
    PIPELINE_FULL,
    /// Too much has come of requests that are not complete, on this connection or on all.
    TOO_LARGE,
    /// It is no HTTP, or its line or headers are too long.
    MALFORMED,
    /// The signalling loop has too much to do.
    OVERLOADED
}
