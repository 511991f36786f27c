// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What there is to serve; each listener chooses by its [Role]s.
///
/// @param api the API of clients
/// @param admin the API of operators; null where it is not to be had
/// @param metrics what is told of the server's state to who collects it
public record Services(
        Entrance api,
        @Nullable Entrance admin,
        Pages pages,
        Health health,
        Supplier<String> metrics) {
    /// Which API is spoken at a listener with these roles; null for none.
    @Nullable Entrance of(Set<Role> roles) {
        return roles.contains(Role.ADMIN) ? admin : api;
    }
}
