// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ciphers of ipsec-mb; where this version of it lacks what AES-CM with HMAC-SHA1 needs, those
/// of another provider for that.
public final class IpsecMbProvider implements SrtpCipherProvider {
    private final SrtpCipherProvider others;
    private final @Nullable String whyNoCounterMode;
    private final @Nullable IpsecMbCounterMode counterMode;
    private final GcmScratch scratch = new GcmScratch();
    private final MemorySegment context =
            Arena.ofAuto().allocate(IpsecMb.CONTEXT_BYTES, IpsecMb.ALIGNMENT);

    /// @param others makes what this one cannot
    /// @throws UnsupportedOperationException saying why it cannot be used here
    IpsecMbProvider(SrtpCipherProvider others) {
        this(others, IpsecMbManager.whyNot());
    }

    /// @param whyNoCounterMode null where it may have AES-CM with HMAC-SHA1
    IpsecMbProvider(SrtpCipherProvider others, @Nullable String whyNoCounterMode) {
        this.others = others;
        var whyNot = IpsecMb.whyNot();
        if (whyNot != null) {
            throw new UnsupportedOperationException(whyNot);
        }
        var reason = whyNoCounterMode;
        IpsecMbCounterMode found = null;
        if (reason == null) {
            try {
                found = new IpsecMbCounterMode();
            } catch (UnsupportedOperationException e) {
                reason = e.getMessage();
            }
        }
        this.whyNoCounterMode = reason;
        counterMode = found;
    }

    @Override
    public String name() {
        return "ipsec-mb";
    }

    @Override
    public SrtpCipher cipher(SrtpSessionKeys keys) {
        if (keys.profile().isAead()) {
            return new IpsecMbGcmCipher(keys, context, scratch);
        }
        return counterMode == null
                ? others.cipher(keys)
                : new IpsecMbCounterModeCipher(keys, counterMode);
    }

    @Override
    public void completeBurst() {
        if (counterMode == null) {
            others.completeBurst();
        } else {
            counterMode.burst().complete();
        }
    }

    @Override
    public Optional<String> shortfall() {
        return Optional.ofNullable(whyNoCounterMode);
    }
}
