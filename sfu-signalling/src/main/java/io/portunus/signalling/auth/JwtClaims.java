// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.auth;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads what a JWT is for: `plugin`, `room` or `rooms`, `role`, each one value or an array of
/// them. Without `plugin` or room there is no limit of that kind; without `role` one may publish
/// and subscribe. A claim that makes no sense makes the token worthless. Stateless.
final class JwtClaims {
    private static final int MAX_VALUES = 256;

    private JwtClaims() {}

    static @Nullable Grant grant(Map<String, Object> claims) {
        try {
            return new Grant(texts(claims, "plugin"), rooms(claims), roles(texts(claims, "role")));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable Set<String> rooms(Map<String, Object> claims) {
        var one = texts(claims, "room");
        var several = texts(claims, "rooms");
        if (one == null || several == null) {
            return one == null ? several : one;
        }
        var all = new HashSet<>(one);
        all.addAll(several);
        return all;
    }

    private static Set<RoomRole> roles(@Nullable Set<String> names) {
        if (names == null) {
            return EnumSet.of(RoomRole.PUBLISH, RoomRole.SUBSCRIBE);
        }
        var roles = EnumSet.noneOf(RoomRole.class);
        for (var name : names) {
            var role = RoomRole.named(name);
            if (role == null) {
                throw new IllegalArgumentException("no such role");
            }
            roles.add(role);
        }
        return roles;
    }

    /// The values of a claim, ids of rooms as text; null where there is no such claim.
    private static @Nullable Set<String> texts(Map<String, Object> claims, String name) {
        if (!claims.containsKey(name)) {
            return null;
        }
        var value = claims.get(name);
        if (value == null) {
            throw new IllegalArgumentException("neither text nor number");
        }
        Collection<?> values = value instanceof Collection<?> many ? many : List.of(value);
        if (values.size() > MAX_VALUES) {
            throw new IllegalArgumentException("too many values");
        }
        var texts = new HashSet<String>();
        for (var one : values) {
            texts.add(text(one));
        }
        return texts;
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case Long number -> number.toString();
            case Integer number -> number.toString();
            case null, default -> throw new IllegalArgumentException("neither text nor number");
        };
    }
}
