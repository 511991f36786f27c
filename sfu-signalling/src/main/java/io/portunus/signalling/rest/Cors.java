// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// Which web pages may use the API, and how their browsers are told. Thread-safe.
public final class Cors {
    private static final String MAX_AGE_SECONDS = "86400";
    private static final String ANY = "*";

    private final String allowOrigin;
    private final boolean enforced;

    /// @param allowOrigin one origin, or `*` for all
    /// @param enforced whether a request that does not come from there is refused
    public Cors(String allowOrigin, boolean enforced) {
        this.allowOrigin = allowOrigin;
        this.enforced = enforced && !allowOrigin.equals(ANY);
    }

    /// Whether a request may be answered.
    public boolean lets(HttpHeaders request) {
        if (!enforced) {
            return true;
        }
        var origin = request.get(HttpHeaderNames.ORIGIN);
        return isAllowed(origin == null ? request.get(HttpHeaderNames.REFERER) : origin);
    }

    /// Adds to an answer what browsers look for.
    public void describe(HttpHeaders request, HttpHeaders answer) {
        answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowOrigin)
                .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        if (!allowOrigin.equals(ANY)) {
            answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
                    .set(HttpHeaderNames.VARY, "Origin");
        }
        var method = request.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        if (method != null) {
            answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, method);
        }
        var headers = request.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
        if (headers != null) {
            answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, headers);
        }
    }

    /// The origin itself, perhaps with a port or path behind it, but no longer name that only
    /// begins in the same way.
    private boolean isAllowed(@Nullable String from) {
        if (from == null || !from.startsWith(allowOrigin)) {
            return false;
        }
        return from.length() == allowOrigin.length()
                || allowOrigin.endsWith("/")
                || "/:".indexOf(from.charAt(allowOrigin.length())) >= 0;
    }
}
