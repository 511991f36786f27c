// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import org.jspecify.annotations.Nullable;

/// The answer to one asynchronous request: given exactly once, after which the next request of the
/// handle is taken. Confined to the signalling loop.
final class Reply {
    private final Handle handle;
    private final String transaction;
    private final Runnable whenGiven;
    private boolean given;

    Reply(Handle handle, String transaction, Runnable whenGiven) {
        this.handle = handle;
        this.transaction = transaction;
        this.whenGiven = whenGiven;
    }

    void event(ObjectNode data) {
        event(data, null);
    }

    void event(ObjectNode data, @Nullable Jsep jsep) {
        if (given) {
            throw new IllegalStateException("a request is answered once");
        }
        given = true;
        handle.push(transaction, data, jsep);
        whenGiven.run();
    }

    void error(PluginError error) {
        event(error.json());
    }
}
