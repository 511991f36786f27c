// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Grant;
import org.jspecify.annotations.Nullable;

/// One request within a session, checked as far as all verbs have it in common.
///
/// @param grant what it may do
/// @param handle the one that it names, or null where it names none
/// @param body the whole request
/// @param verb as the client wrote it
record Request(
        Client client,
        Grant grant,
        Session session,
        @Nullable AttachedHandle handle,
        ObjectNode body,
        String verb,
        String transaction) {
    ObjectNode reply(String kind) {
        return RequestReader.newObject()
                .put("janus", kind)
                .put("session_id", session.id())
                .put("transaction", transaction);
    }

    AttachedHandle needsHandle() {
        if (handle == null) {
            throw new ApiRefusal(ApiError.wrongPath(verb));
        }
        return handle;
    }

    void withoutHandle() {
        if (handle != null) {
            throw new ApiRefusal(ApiError.wrongPath(verb));
        }
    }
}
