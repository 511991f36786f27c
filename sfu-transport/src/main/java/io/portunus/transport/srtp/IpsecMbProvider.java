// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// AES-GCM by ipsec-mb; AES-CM with HMAC-SHA1, which browsers do not choose here, by another
/// provider.
public final class IpsecMbProvider implements SrtpCipherProvider {
    private final SrtpCipherProvider others;
    private final GcmScratch scratch = new GcmScratch();
    private final MemorySegment context =
            Arena.ofAuto().allocate(IpsecMb.CONTEXT_BYTES, IpsecMb.ALIGNMENT);

    /// @param others makes what is not AES-GCM
    /// @throws UnsupportedOperationException saying why it cannot be used here
    IpsecMbProvider(SrtpCipherProvider others) {
        this.others = others;
        var whyNot = IpsecMb.whyNot();
        if (whyNot != null) {
            throw new UnsupportedOperationException(whyNot);
        }
    }

    @Override
    public String name() {
        return "ipsec-mb";
    }

    @Override
    public SrtpCipher cipher(SrtpSessionKeys keys) {
        return keys.profile().isAead()
                ? new IpsecMbGcmCipher(keys, context, scratch)
                : others.cipher(keys);
    }
}
