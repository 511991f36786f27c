// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.ApiError;
import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.RequestReader;

/// One request of an operator.
///
/// @param verb in lower case
/// @param spoken the verb as it was written
/// @param session which session it is about, 0 for none
/// @param handle which handle it is about, 0 for none
record AdminRequest(
        Client client,
        ObjectNode body,
        String verb,
        String spoken,
        String transaction,
        long session,
        long handle) {
    boolean isAboutServer() {
        return session == 0 && handle == 0;
    }

    /// An answer to which the result is to be added.
    ObjectNode success() {
        var reply = RequestReader.newObject().put("janus", "success");
        if (session != 0) {
            reply.put("session_id", session);
        }
        return reply.put("transaction", transaction);
    }

    void answer(ObjectNode reply) {
        client.send(reply.toString());
    }

    void fail(ApiError error) {
        answer(error.reply(session, transaction));
    }
}
