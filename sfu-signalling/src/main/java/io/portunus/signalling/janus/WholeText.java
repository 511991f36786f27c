// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.JsonNode;

/// Tells text that can be written as it was read from text that cannot: half a surrogate pair (RFC
/// 3629 §3), or U+0000, at which others take a text to end. Stateless.
final class WholeText {
    private WholeText() {}

    /// Whether there is no half a character in `text`.
    static boolean isWhole(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                i++;
                if (i == text.length()
                        || !Character.isHighSurrogate(c)
                        || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Whether all names and texts below `node` can be told to anybody as they are.
    static boolean isWhole(JsonNode node) {
        if (node.isTextual()) {
            return isTellable(node.textValue());
        }
        for (var child : node) {
            if (!isWhole(child)) {
                return false;
            }
        }
        for (var field : node.properties()) {
            if (!isTellable(field.getKey())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTellable(String text) {
        return text.indexOf(0) < 0 && isWhole(text);
    }
}
