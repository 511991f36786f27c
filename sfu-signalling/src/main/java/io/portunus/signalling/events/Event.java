// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Something that happened.
///
/// @param subtype 0 for a type that has none
/// @param timestampMicros microseconds since 1970
/// @param body the API's `event`: an object, or an array of objects for statistics of several media
///   at once
public record Event(
        EventType type, int subtype, long timestampMicros, Subject subject, JsonNode body) {
    /// The event in the envelope of the API.
    ObjectNode envelope(String emitter) {
        var envelope =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("emitter", emitter)
                        .put("type", type.code());
        if (subtype != 0) {
            envelope.put("subtype", subtype);
        }
        envelope.put("timestamp", timestampMicros);
        if (subject.sessionId() != 0) {
            envelope.put("session_id", subject.sessionId());
        }
        if (subject.handleId() != 0) {
            envelope.put("handle_id", subject.handleId());
        }
        if (subject.opaqueId() != null) {
            envelope.put("opaque_id", subject.opaqueId());
        }
        envelope.set("event", body);
        return envelope;
    }
}
