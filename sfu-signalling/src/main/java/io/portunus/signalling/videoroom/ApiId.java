// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The id of a room or a participant as clients write it: a number, or text where the plugin is set
/// to string ids. An immutable value.
///
/// @param text the decimal digits of a number, or the text
public record ApiId(String text, boolean isNumber) {
    /// @param number 0 to 2^53 - 1
    public static ApiId of(long number) {
        return new ApiId(Long.toString(number), true);
    }

    public static ApiId of(String text) {
        return new ApiId(text, false);
    }

    /// Whether it stands for "choose one for me".
    boolean isUnset() {
        return isNumber ? text.equals("0") : text.isEmpty();
    }

    JsonNode json() {
        return isNumber
                ? JsonNodeFactory.instance.numberNode(Long.parseLong(text))
                : JsonNodeFactory.instance.textNode(text);
    }

    /// Puts it into `json` as `name`.
    ///
    /// @return `json`
    ObjectNode putInto(ObjectNode json, String name) {
        json.set(name, json());
        return json;
    }

    @Override
    public String toString() {
        return text;
    }
}
