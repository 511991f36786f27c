// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portunus.signalling.janus.JsonStyle;

/// What is answered to an HTTP request.
///
/// @param status of HTTP
/// @param body JSON, or empty
/// @param location where to ask instead, or empty
public record RestAnswer(int status, String body, String location) {
    public static final RestAnswer EMPTY = new RestAnswer(200, "", "");
    public static final RestAnswer BAD_REQUEST = new RestAnswer(400, "", "");
    public static final RestAnswer FORBIDDEN = new RestAnswer(403, "", "");
    public static final RestAnswer NOT_FOUND = new RestAnswer(404, "", "");
    public static final RestAnswer OVERLOADED = new RestAnswer(503, "", "");

    /// The API's own refusals are JSON too, so to HTTP they are a success.
    public static RestAnswer json(String body) {
        return new RestAnswer(200, body, "");
    }

    /// A method that the API has no use for.
    public static RestAnswer unsupported(String method, JsonStyle style) {
        var error = JsonNodeFactory.instance.objectNode().put("janus", "error");
        error.putObject("error").put("code", 450).put("reason", "Unsupported method " + method);
        return json(style.of(error.toString()));
    }

    public static RestAnswer moved(String location) {
        return new RestAnswer(302, "", location);
    }
}
