// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What somebody may do in a room.
public enum RoomRole {
    PUBLISH,
    SUBSCRIBE,
    MODERATE;

    /// The role of that name in lower case, as tokens write it; null where there is none.
    static @Nullable RoomRole named(String name) {
        for (var role : values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
                return role;
            }
        }
        return null;
    }
}
