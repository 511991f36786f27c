// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/// What one participant of a room with `notify_joining` believes of the others, by nothing but what
/// it was told; complains of what cannot be, such as somebody leaving twice.
final class Roster {
    /// By id, whether it publishes.
    private final Map<Long, Boolean> others = new TreeMap<>();

    private final StringBuilder history = new StringBuilder();
    private boolean joined;
    private boolean over;

    /// Whether it is in the room and knows who else is.
    boolean isCurrent() {
        return joined && !over;
    }

    Map<Long, Boolean> others() {
        return others;
    }

    String history() {
        return history.toString();
    }

    void onJoined(JsonNode data) {
        note(data);
        joined = true;
        others.clear();
        data.path("attendees").forEach(one -> others.put(one.path("id").asLong(), false));
        data.path("publishers").forEach(one -> others.put(one.path("id").asLong(), true));
    }

    void onLeft() {
        over = true;
    }

    /// Something was told that answers no request.
    void onTold(JsonNode data) {
        note(data);
        if (over) {
            throw wrong("told about a room that it is not in any more", data);
        }
        if (data.path("videoroom").asText().equals("destroyed")) {
            // Who only watched, or tried to, may yet join another room.
            over = joined;
        } else if (data.path("leaving").isTextual()) {
            over = true;
        } else if (joined) {
            onOthers(data);
        }
    }

    private void onOthers(JsonNode data) {
        if (data.has("joining")
                && others.put(data.path("joining").path("id").asLong(), false) != null) {
            throw wrong("somebody joins who is there", data);
        }
        for (var publisher : data.path("publishers")) {
            if (others.put(publisher.path("id").asLong(), true) == null) {
                throw wrong("somebody publishes who is not there", data);
            }
        }
        if (data.has("unpublished")
                && !Boolean.TRUE.equals(others.put(data.path("unpublished").asLong(), false))) {
            throw wrong("somebody unpublishes who did not publish", data);
        }
        for (var how : new String[] {"leaving", "kicked"}) {
            if (data.has(how) && others.remove(data.path(how).asLong()) == null) {
                throw wrong("somebody goes who was not there", data);
            }
        }
    }

    private void note(JsonNode data) {
        history.append('\n').append(data.toString(), 0, Math.min(200, data.toString().length()));
    }

    private AssertionError wrong(String what, JsonNode data) {
        return new AssertionError(what + ": " + data + "\nafter" + history);
    }
}
