// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

/// AES-GCM by libcrypto; AES-CM with HMAC-SHA1, which browsers do not choose here, by another
/// provider.
public final class LibcryptoProvider implements SrtpCipherProvider {
    private final SrtpCipherProvider others;
    private final GcmScratch scratch = new GcmScratch();

    /// @param others makes what is not AES-GCM
    /// @throws UnsupportedOperationException saying why it cannot be used here
    LibcryptoProvider(SrtpCipherProvider others) {
        this.others = others;
        var whyNot = Libcrypto.whyNot();
        if (whyNot != null) {
            throw new UnsupportedOperationException(whyNot);
        }
    }

    @Override
    public String name() {
        return "libcrypto";
    }

    @Override
    public SrtpCipher cipher(SrtpSessionKeys keys) {
        return keys.profile().isAead()
                ? new LibcryptoGcmCipher(keys, scratch)
                : others.cipher(keys);
    }
}
