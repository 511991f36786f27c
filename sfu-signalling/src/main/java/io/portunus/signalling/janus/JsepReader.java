// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the `jsep` of a message.
final class JsepReader {
    private JsepReader() {}

    /// The session description of `request`, or null where it has none.
    static @Nullable Jsep read(ObjectNode request) {
        var node = request.get("jsep");
        if (node == null || node.isNull()) {
            return null;
        }
        if (!(node instanceof ObjectNode jsep)) {
            throw new ApiRefusal(new ApiError(455, "Invalid jsep object"));
        }
        var type = text(jsep, "type").toLowerCase(Locale.ROOT);
        var trickle = flag(jsep, "trickle", true);
        var e2ee = flag(jsep, "e2ee", false);
        if (!type.equals("offer") && !type.equals("answer")) {
            throw new ApiRefusal(
                    new ApiError(464, "JSEP error: unknown message type '" + type + "'"));
        }
        var sdp = text(jsep, "sdp");
        var order = jsep.path("rid_order");
        return new Jsep(
                type,
                sdp,
                trickle,
                order.isTextual() && order.asText().equalsIgnoreCase("lmh"),
                e2ee);
    }

    private static String text(ObjectNode jsep, String name) {
        var node = jsep.get(name);
        if (node == null || node.isNull()) {
            throw new ApiRefusal(
                    new ApiError(456, "JSEP error: missing mandatory element (" + name + ")"));
        }
        if (!node.isTextual()) {
            throw invalid(name, "a string");
        }
        return node.asText();
    }

    private static boolean flag(ObjectNode jsep, String name, boolean otherwise) {
        var node = jsep.get(name);
        if (node == null || node.isNull()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw invalid(name, "a boolean");
        }
        return node.asBoolean();
    }

    private static ApiRefusal invalid(String name, String wanted) {
        return new ApiRefusal(
                new ApiError(
                        467,
                        "JSEP error: invalid element type ("
                                + name
                                + " should be "
                                + wanted
                                + ")"));
    }
}
