// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

/// What one cipher works with: keys for one direction of either SRTP or SRTCP. Immutable.
public final class SrtpSessionKeys {
    private final SrtpProfile profile;
    private final boolean rtcp;
    private final byte[] key;
    private final byte[] authenticationKey;
    private final byte[] salt;

    SrtpSessionKeys(
            SrtpProfile profile, boolean rtcp, byte[] key, byte[] authenticationKey, byte[] salt) {
        this.profile = profile;
        this.rtcp = rtcp;
        this.key = key;
        this.authenticationKey = authenticationKey;
        this.salt = salt;
    }

    SrtpProfile profile() {
        return profile;
    }

    /// Whether these are for SRTCP.
    boolean rtcp() {
        return rtcp;
    }

    byte[] key() {
        return key.clone();
    }

    /// Empty for an AEAD profile.
    byte[] authenticationKey() {
        return authenticationKey.clone();
    }

    byte[] salt() {
        return salt.clone();
    }
}
