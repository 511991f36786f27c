// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.util.Arrays;

/// The master keys and salts of both directions, as the DTLS exporter gives them (RFC 5764 §4.2).
/// Immutable; never printed.
public final class SrtpKeyMaterial {
    private final SrtpProfile profile;
    private final byte[] exported;

    /// @param exported [#bytes] bytes: client key, server key, client salt, server salt
    public SrtpKeyMaterial(SrtpProfile profile, byte[] exported) {
        if (exported.length != bytes(profile)) {
            throw new IllegalArgumentException(
                    profile + " needs " + bytes(profile) + " bytes, not " + exported.length);
        }
        this.profile = profile;
        this.exported = exported.clone();
    }

    /// How much the exporter has to give.
    public static int bytes(SrtpProfile profile) {
        return 2 * (profile.keyBytes() + profile.saltBytes());
    }

    public SrtpProfile profile() {
        return profile;
    }

    byte[] key(boolean ofDtlsClient) {
        var from = ofDtlsClient ? 0 : profile.keyBytes();
        return Arrays.copyOfRange(exported, from, from + profile.keyBytes());
    }

    byte[] salt(boolean ofDtlsClient) {
        var from = 2 * profile.keyBytes() + (ofDtlsClient ? 0 : profile.saltBytes());
        return Arrays.copyOfRange(exported, from, from + profile.saltBytes());
    }
}
