// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomEvent;
import org.jspecify.annotations.Nullable;

/// An error of the VideoRoom API.
record PluginError(int code, String text) {
    static PluginError invalidRequest(String text) {
        return new PluginError(423, text);
    }

    static PluginError joinFirst() {
        return new PluginError(424, "Invalid request on unconfigured participant");
    }

    static PluginError alreadyJoined(String text) {
        return new PluginError(425, text);
    }

    static PluginError noSuchRoom(Object room) {
        return new PluginError(426, "No such room (" + room + ")");
    }

    static PluginError roomExists(ApiId room) {
        return new PluginError(427, "Room " + room + " already exists");
    }

    static PluginError noSuchFeed(Object feed) {
        return new PluginError(428, "No such feed (" + feed + ")");
    }

    static PluginError noSuch(String text) {
        return new PluginError(428, text);
    }

    static PluginError missing(String element) {
        return new PluginError(429, "Missing mandatory element (" + element + ")");
    }

    static PluginError invalidType(String element, String wanted) {
        return new PluginError(
                430, "Invalid element type (" + element + " should be " + wanted + ")");
    }

    static PluginError invalid(String text) {
        return new PluginError(430, text);
    }

    static PluginError invalidSdpType(String text) {
        return new PluginError(431, text);
    }

    static PluginError publishersFull(int most) {
        return new PluginError(432, "Maximum number of publishers (" + most + ") already reached");
    }

    static PluginError unauthorized(String why) {
        return new PluginError(433, "Unauthorized (" + why + ")");
    }

    static PluginError kicked() {
        return new PluginError(433, "Unauthorized, you have been kicked");
    }

    static PluginError alreadyPublished() {
        return new PluginError(434, "Can't publish, already published");
    }

    static PluginError notPublished() {
        return new PluginError(435, "Can't unpublish, not published");
    }

    static PluginError idExists(Object id) {
        return new PluginError(436, "User ID " + id + " already exists");
    }

    static PluginError invalidSdp(String text) {
        return new PluginError(437, text);
    }

    /// @param e2ee whether all others are encrypted end to end; otherwise none is
    static PluginError invalidFeed(ApiId feed, boolean e2ee) {
        return new PluginError(
                438,
                "Can't have "
                        + (e2ee ? "not " : "")
                        + "end-to-end encrypted feed in this subscription ("
                        + feed
                        + ")");
    }

    static PluginError internal(String text) {
        return new PluginError(499, text);
    }

    /// What `answer` of the media side says that went wrong; null where it has been done.
    static @Nullable PluginError in(MediaEvent answer, RoomSpec room) {
        return switch (answer) {
            case RoomEvent.Refused(_, _, _, var why) -> of(why, room);
            case RoomEvent.Ended _ -> noSuchRoom(room.id());
            default -> null;
        };
    }

    /// What the media side's refusal is called here.
    static PluginError of(Refusal refusal, RoomSpec room) {
        return switch (refusal) {
            case NO_SUCH_ROOM -> noSuchRoom(room.id());
            case PUBLISHERS_FULL -> publishersFull(room.publishers());
            case NOT_PUBLISHING -> notPublished();
            case ALREADY_PUBLISHING -> alreadyPublished();
            case NO_SUCH_STREAM -> noSuch(refusal.text());
            case OVERLOADED -> overloaded();
            case ROOM_EXISTS,
                    TOO_MANY_ROOMS,
                    ROOM_FULL,
                    PARTICIPANT_EXISTS,
                    NO_SUCH_PARTICIPANT,
                    NO_SUCH_PEER,
                    TOO_MANY_PEERS,
                    TOO_MANY_SUBSCRIPTIONS,
                    TOO_MANY_STREAMS ->
                    internal(refusal.text());
        };
    }

    static PluginError overloaded() {
        return internal("The server is overloaded");
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("videoroom", "event")
                .put("error_code", code)
                .put("error", text);
    }
}
