// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request may do.
///
/// @param plugins the package names that it may attach to; null for any
/// @param rooms the rooms that it may take part in; null for any
/// @param roles what it may do in those rooms
public record Grant(
        @Nullable Set<String> plugins, @Nullable Set<String> rooms, Set<RoomRole> roles) {
    /// No limits: with the API's secret, or where nothing is asked for.
    public static final Grant EVERYTHING =
            new Grant(null, null, Set.copyOf(EnumSet.allOf(RoomRole.class)));

    public Grant {
        plugins = plugins == null ? null : Set.copyOf(plugins);
        rooms = rooms == null ? null : Set.copyOf(rooms);
        roles = Set.copyOf(roles);
    }

    /// The plugins named and no other; there is no limit to what is done in them.
    static Grant ofPlugins(Set<String> plugins) {
        return new Grant(plugins, null, EVERYTHING.roles());
    }

    public boolean allowsPlugin(String plugin) {
        return plugins == null || plugins.contains(plugin);
    }

    /// @param room the id of the room, as text
    public boolean allows(RoomRole role, String room) {
        return (rooms == null || rooms.contains(room)) && roles.contains(role);
    }
}
