// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import org.jspecify.annotations.Nullable;

/// A plugin's side of one attached handle. Called on the signalling loop only, one request at a
/// time.
public interface PluginSession {
    /// A `message` request. Its envelope has been checked; `body` has not.
    Result onMessage(String transaction, ObjectNode body, @Nullable Jsep jsep);

    /// Close the PeerConnection if there is one.
    ///
    /// @param why [PeerEnd#HANGUP_ASKED] for the `hangup` verb, or [PeerEnd#OPERATOR]
    void onHangupAsked(PeerEnd why);

    /// The handle is gone (detached, or its session ended): release everything. Nothing can be
    /// pushed any more. Called once.
    void onDetached();

    /// What the plugin knows of the handle, for operators.
    default ObjectNode describe() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// The handle's PeerConnection; null where it has none.
    default @Nullable Connection connection() {
        return null;
    }

    /// What is done with a message at once.
    sealed interface Result {
        /// Answered on the spot: the API's `success` with this plugin data.
        record Done(ObjectNode data) implements Result {}

        /// Taken: the API's `ack`; an event with the same transaction follows.
        record Accepted() implements Result {}

        /// Refused by the core rules, such as an unusable SDP: the API's `error`.
        record Failed(int code, String reason) implements Result {}
    }
}
