// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import java.nio.charset.StandardCharsets;

/// Credentials, ready for comparing and signing. Immutable.
///
/// ICE passwords are ASCII, for which the preparation of RFC 8489 §9.1.1 changes nothing.
final class IceKey {
    private final IceCredentials credentials;
    private final byte[] ufrag;
    private final HmacSha1 integrity;

    IceKey(IceCredentials credentials) {
        this.credentials = credentials;
        ufrag = credentials.ufrag().getBytes(StandardCharsets.UTF_8);
        integrity = new HmacSha1(credentials.password().getBytes(StandardCharsets.UTF_8));
    }

    IceCredentials credentials() {
        return credentials;
    }

    String ufrag() {
        return credentials.ufrag();
    }

    /// Whether `bytes` has this ufrag at `at`, `length` bytes long.
    boolean isAt(byte[] bytes, int at, int length) {
        if (length != ufrag.length) {
            return false;
        }
        for (var i = 0; i < length; i++) {
            if (bytes[at + i] != ufrag[i]) {
                return false;
            }
        }
        return true;
    }

    HmacSha1 integrity() {
        return integrity;
    }
}
