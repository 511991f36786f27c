// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

/// What is answered to an HTTP request.
///
/// @param status of HTTP
/// @param body JSON, or empty
/// @param location where to ask instead, or empty
public record RestAnswer(int status, String body, String location) {
    static final RestAnswer EMPTY = new RestAnswer(200, "", "");
    static final RestAnswer BAD_REQUEST = new RestAnswer(400, "", "");
    static final RestAnswer FORBIDDEN = new RestAnswer(403, "", "");
    static final RestAnswer NOT_FOUND = new RestAnswer(404, "", "");
    static final RestAnswer OVERLOADED = new RestAnswer(503, "", "");

    /// The API's own refusals are JSON too, so to HTTP they are a success.
    static RestAnswer json(String body) {
        return new RestAnswer(200, body, "");
    }

    static RestAnswer moved(String location) {
        return new RestAnswer(302, "", location);
    }
}
