// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import java.util.regex.Pattern;

/// Whom a request is addressed to, as the path below the API's own says.
public sealed interface RestPath {
    /// The server: the verbs that need no session.
    record Base() implements RestPath {}

    /// The server, which is asked for something by a plain GET.
    record Question(String verb) implements RestPath {}

    record Session(long id) implements RestPath {}

    record Handle(long session, long id) implements RestPath {}

    /// Nobody.
    record Nowhere() implements RestPath {}

    /// At most 16 digits, which hold every id there can be.
    Pattern ID = Pattern.compile("[0-9]{1,16}");

    /// Whether `path` is the API's, whose base is `base`.
    static boolean isBelow(String base, String path) {
        return path.startsWith(base)
                && (path.length() == base.length() || path.charAt(base.length()) == '/');
    }

    /// @param path one that is below `base`
    static RestPath parse(String base, String path) {
        var below = path.substring(base.length());
        if (below.endsWith("/")) {
            below = below.substring(0, below.length() - 1);
        }
        if (below.isEmpty()) {
            return new Base();
        }
        var parts = below.substring(1).split("/", -1);
        if (parts.length == 1 && (parts[0].equals("info") || parts[0].equals("ping"))) {
            return new Question(parts[0]);
        }
        var session = id(parts[0]);
        if (session == 0 || parts.length > 2) {
            return new Nowhere();
        }
        if (parts.length == 1) {
            return new Session(session);
        }
        var handle = id(parts[1]);
        return handle == 0 ? new Nowhere() : new Handle(session, handle);
    }

    private static long id(String text) {
        return ID.matcher(text).matches() ? Long.parseLong(text) : 0;
    }
}
