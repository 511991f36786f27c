// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import org.jspecify.annotations.Nullable;

/// What an event concerns.
///
/// @param sessionId 0 where it concerns no session
/// @param handleId 0 where it concerns no handle
/// @param opaqueId the client's own label for the handle
public record Subject(long sessionId, long handleId, @Nullable String opaqueId) {
    /// The server as a whole.
    public static final Subject SERVER = new Subject(0, 0, null);

    static Subject session(long id) {
        return new Subject(id, 0, null);
    }
}
