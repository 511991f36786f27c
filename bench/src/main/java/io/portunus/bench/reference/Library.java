// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import io.portunus.transport.srtp.SrtpCiphers;

/// A library that both sides encrypt with.
enum Library {
    IPSEC_MB("ipsec-mb"),
    LIBCRYPTO("libcrypto");

    private final String provider;

    Library(String provider) {
        this.provider = provider;
    }

    /// What it is called in [SrtpCiphers#names].
    String provider() {
        return provider;
    }

    /// Whether both sides can use it here.
    boolean isUsable(Reference reference) {
        try {
            SrtpCiphers.choose(provider).name();
        } catch (IllegalStateException _) {
            return false;
        }
        return reference.load(this);
    }
}
