// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The kind of id that the plugin is set to: positive integers, or text (`string_ids`). Reads ids
/// from requests and makes new ones. Thread-safe.
public final class Ids {
    private static final int MAX_TEXT_CHARACTERS = 256;

    private final boolean texts;
    private final SecureRandom random = new SecureRandom();

    /// @param texts whether ids are text
    public Ids(boolean texts) {
        this.texts = texts;
    }

    /// Whether ids are text.
    public boolean areTexts() {
        return texts;
    }

    ApiId required(ObjectNode body, String name) {
        var id = optional(body, name);
        if (id == null) {
            throw new PluginRefusal(PluginError.missing(name));
        }
        return id;
    }

    @Nullable ApiId optional(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null) {
            return null;
        }
        var id = of(node);
        if (id == null) {
            throw new PluginRefusal(
                    PluginError.invalidType(name, texts ? "a string" : Fields.POSITIVE_INTEGER));
        }
        return id;
    }

    private @Nullable ApiId of(JsonNode node) {
        if (texts) {
            return node.isTextual() && node.asText().length() <= MAX_TEXT_CHARACTERS
                    ? ApiId.of(node.asText())
                    : null;
        }
        return Fields.isId(node) ? ApiId.of(node.asLong()) : null;
    }

    /// A new id that is not `taken`: 53 random bits, or a random UUID.
    ApiId unused(Predicate<ApiId> taken) {
        for (; ; ) {
            var id =
                    texts
                            ? ApiId.of(UUID.randomUUID().toString())
                            : ApiId.of(random.nextLong() >>> 11);
            if (!id.isUnset() && !taken.test(id)) {
                return id;
            }
        }
    }
}
