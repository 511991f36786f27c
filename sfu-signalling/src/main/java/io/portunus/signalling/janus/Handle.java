// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LocalTransport;
import io.portunus.signalling.auth.Grant;
import io.portunus.signalling.auth.RoomRole;
import io.portunus.signalling.events.HandleMonitor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a plugin may do with one attached handle. Implemented by the core API; to be used on the
/// signalling loop only. After the handle is gone every call is quietly ignored.
public interface Handle {
    long id();

    long sessionId();

    /// The client's own label for the handle, or null.
    @Nullable String opaqueId();

    /// Whether the handle is still attached and its session alive.
    boolean isAlive();

    /// Sends an `event` of this plugin.
    ///
    /// @param transaction of the request that this is the direct result of, or null
    /// @param jsep to go with it, or null
    void push(@Nullable String transaction, ObjectNode data, @Nullable Jsep jsep);

    /// Sends a core notification such as `webrtcup`, `media`, `slowlink` or `hangup` about this
    /// handle; `fields` are added behind `session_id` and `sender`.
    void notify(String kind, Consumer<ObjectNode> fields);

    /// What the request that is being handled, or was the last, may do. Whoever does something of
    /// it later has to keep it.
    Grant grant();

    /// Whether `token`, given as the token for one of the plugin's rooms, is good for it: a signed
    /// one for the plugin's realm that holds `room=ID`, or a JWT that says so.
    ///
    /// @param room the id of the room, as text
    boolean admits(String token, RoomRole role, String room);

    /// What of `local` goes into the next description: all of it, or all but the candidates, which
    /// then follow that description as `trickle` events.
    LocalTransport describe(LocalTransport local);

    /// Where to tell operators what happens to the handle.
    HandleMonitor monitor();

    /// Asks whether the client's connection is alive: closed, or a WebSocket ping unanswered after
    /// `waitMillis`, is dead. `answer` is called on the signalling loop, exactly once.
    void probe(int waitMillis, Consumer<Boolean> answer);
}
