// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// Checks a `trickle` request. The candidates themselves are of no use to a lite agent, which
/// learns its client's addresses from the checks that come from them (RFC 8445 §6.1).
final class TrickleReader {
    private TrickleReader() {}

    static void check(ObjectNode request) {
        var single = request.get("candidate");
        var several = request.get("candidates");
        if (single == null && several == null) {
            throw new ApiRefusal(ApiError.missing("candidate|candidates"));
        }
        if (single != null && several != null) {
            throw new ApiRefusal(new ApiError(454, "Can't have both candidate and candidates"));
        }
        if (several != null) {
            if (!several.isArray()) {
                throw new ApiRefusal(new ApiError(467, "candidates is not an array"));
            }
            return;
        }
        checkCandidate(single);
    }

    /// Whatever is not an object, and an object that says so, is the end of the candidates.
    private static void checkCandidate(JsonNode node) {
        if (!(node instanceof ObjectNode candidate) || candidate.has("completed")) {
            return;
        }
        var mid = candidate.get("sdpMid");
        if (mid != null && !mid.isNull() && !mid.isTextual()) {
            throw invalid("sdpMid", "a string");
        }
        var index = candidate.get("sdpMLineIndex");
        if (index != null && !index.isNull() && !(index.isInt() && index.asInt() >= 0)) {
            throw invalid("sdpMLineIndex", "a positive integer");
        }
        if (isAbsent(mid) && isAbsent(index)) {
            throw missing("sdpMid or sdpMLineIndex");
        }
        var text = candidate.get("candidate");
        if (isAbsent(text)) {
            throw missing("candidate");
        }
        if (!text.isTextual()) {
            throw invalid("candidate", "a string");
        }
    }

    /// What the client says of its addresses, for monitoring; of a request that was checked.
    static List<String> candidates(ObjectNode request) {
        var found = new ArrayList<String>();
        var several = request.get("candidates");
        if (several == null) {
            found.add(request.path("candidate").path("candidate").asText());
        } else {
            several.forEach(one -> found.add(one.path("candidate").asText()));
        }
        found.removeIf(String::isEmpty);
        return found;
    }

    /// Whether it says that no more follow; of a request that was checked.
    static boolean isEnd(ObjectNode request) {
        var several = request.get("candidates");
        var last =
                several == null
                        ? request.path("candidate")
                        : several.path(Math.max(0, several.size() - 1));
        return !last.isObject() || last.has("completed");
    }

    private static boolean isAbsent(JsonNode node) {
        return node == null || node.isNull();
    }

    private static ApiRefusal missing(String name) {
        return new ApiRefusal(
                new ApiError(456, "Trickle error: missing mandatory element (" + name + ")"));
    }

    private static ApiRefusal invalid(String name, String wanted) {
        return new ApiRefusal(
                new ApiError(
                        467,
                        "Trickle error: invalid element type ("
                                + name
                                + " should be "
                                + wanted
                                + ")"));
    }
}
