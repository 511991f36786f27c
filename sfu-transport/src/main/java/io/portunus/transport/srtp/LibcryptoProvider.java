// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ciphers of libcrypto; where it lacks what AES-CM with HMAC-SHA1 needs, those of another
/// provider for that.
public final class LibcryptoProvider implements SrtpCipherProvider {
    private final SrtpCipherProvider others;
    private final @Nullable String whyNoCounterMode;
    private final GcmScratch gcm = new GcmScratch();
    private final CounterModeScratch counterMode = new CounterModeScratch();

    /// @param others makes what this one cannot
    /// @throws UnsupportedOperationException saying why it cannot be used here
    LibcryptoProvider(SrtpCipherProvider others) {
        this(others, LibcryptoCounterMode.whyNot());
    }

    /// @param whyNoCounterMode null where it has AES-CM with HMAC-SHA1
    LibcryptoProvider(SrtpCipherProvider others, @Nullable String whyNoCounterMode) {
        this.others = others;
        this.whyNoCounterMode = whyNoCounterMode;
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
        if (keys.profile().isAead()) {
            return new LibcryptoGcmCipher(keys, gcm);
        }
        return whyNoCounterMode == null
                ? new LibcryptoCounterModeCipher(keys, counterMode)
                : others.cipher(keys);
    }

    @Override
    public void completeBurst() {
        others.completeBurst();
    }

    @Override
    public Optional<String> shortfall() {
        return Optional.ofNullable(whyNoCounterMode);
    }
}
