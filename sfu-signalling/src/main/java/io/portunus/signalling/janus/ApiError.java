// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// An error of the core API: a number that clients act on and a reason that people read.
public record ApiError(int code, String reason) {
    public static ApiError unauthorized() {
        return new ApiError(403, "Unauthorized request (wrong or missing secret/token)");
    }

    static ApiError pluginForbidden(String plugin) {
        return new ApiError(405, "Provided token can't access plugin '" + plugin + "'");
    }

    static ApiError unknownRequest(String verb) {
        return new ApiError(453, "Unknown request '" + verb + "'");
    }

    static ApiError invalidJson(String why) {
        return new ApiError(454, "Invalid Janus API request - " + why);
    }

    static ApiError malformed(String where) {
        return new ApiError(454, "JSON error: " + where);
    }

    static ApiError conflictingId(String what) {
        return new ApiError(457, "Conflicting " + what + " ID (payload and path)");
    }

    static ApiError notAnObject() {
        return new ApiError(455, "JSON error: not an object");
    }

    public static ApiError missing(String element) {
        return new ApiError(456, "Missing mandatory element (" + element + ")");
    }

    public static ApiError invalidType(String element, String wanted) {
        return new ApiError(467, "Invalid element type (" + element + " should be " + wanted + ")");
    }

    public static ApiError wrongPath(String verb) {
        return new ApiError(457, "Unhandled request '" + verb + "' at this path");
    }

    public static ApiError noSuchSession(long session) {
        return new ApiError(458, "No such session " + session);
    }

    public static ApiError noSuchHandle(long handle, long session) {
        return new ApiError(459, "No such handle " + handle + " in session " + session);
    }

    public static ApiError noSuchPlugin(String plugin) {
        return new ApiError(460, "No such plugin '" + plugin + "'");
    }

    static ApiError notAttached(String plugin) {
        return new ApiError(461, "Error attaching plugin '" + plugin + "'");
    }

    static ApiError notHandled(String plugin) {
        return new ApiError(462, "Error sending message to plugin '" + plugin + "'");
    }

    /// @param why in the words of whoever could not read it
    static ApiError invalidSdp(String why) {
        return new ApiError(465, why);
    }

    static ApiError sessionExists() {
        return new ApiError(468, "Session ID already in use");
    }

    static ApiError unexpectedAnswer() {
        return new ApiError(469, "Unexpected ANSWER (no OFFER)");
    }

    static ApiError notAccepting() {
        return new ApiError(472, "Currently not accepting new sessions");
    }

    public static ApiError tooManyRequests(int perSecond) {
        return new ApiError(
                490, "Too many requests: no more than " + perSecond + " a second are taken");
    }

    public static ApiError internal() {
        return new ApiError(490, "Internal error");
    }

    public static ApiError limit(String what) {
        return new ApiError(490, "Limit reached: " + what);
    }

    /// The reply that says so.
    ///
    /// @param session as the request named it; 0 for none
    /// @param transaction of the request; null where it had none
    public ObjectNode reply(long session, @Nullable String transaction) {
        var reply = RequestReader.newObject().put("janus", "error");
        if (session != 0) {
            reply.put("session_id", session);
        }
        if (transaction != null) {
            reply.put("transaction", transaction);
        }
        reply.putObject("error").put("code", code).put("reason", reason);
        return reply;
    }
}
