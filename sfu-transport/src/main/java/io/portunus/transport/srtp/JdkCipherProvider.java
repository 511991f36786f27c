// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

/// The ciphers of the JDK, which want arrays: packets are copied through a few of them that all
/// ciphers of the loop share. What is left of garbage is the JDK's own.
public final class JdkCipherProvider implements SrtpCipherProvider {
    /// Room for the longest packet, a header padded to blocks and what is appended for
    /// authentication.
    static final int STAGING_BYTES = MAX_PACKET_BYTES + 64;

    private final byte[] first = new byte[STAGING_BYTES];
    private final byte[] second = new byte[STAGING_BYTES];
    private final byte[] third = new byte[STAGING_BYTES];

    @Override
    public String name() {
        return "jdk";
    }

    @Override
    public SrtpCipher cipher(SrtpSessionKeys keys) {
        return keys.profile().isAead()
                ? new JdkGcmCipher(keys, first, second)
                : new JdkCounterModeCipher(keys, first, second, third);
    }
}
