// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.util.Optional;

/// One implementation of the ciphers. Each media loop has its own instance, whose ciphers may share
/// working memory. Confined to that loop.
///
/// Sealed: a cipher that passes bytes to the wrong place breaks more than a call, so each one is
/// ours and stands the same self-test before it is used.
public sealed interface SrtpCipherProvider
        permits IpsecMbProvider, LibcryptoProvider, JdkCipherProvider {
    /// For logs and metrics.
    String name();

    /// The longest packet that a cipher is given, tag included.
    int MAX_PACKET_BYTES = 2_048;

    /// A cipher for `keys`. It is the caller's to close.
    SrtpCipher cipher(SrtpSessionKeys keys);

    /// Computes the tags of the packets that its ciphers have [sealed in a
    /// burst][SrtpCipher#sealInBurst] since the last time. To be called before any of them is sent
    /// or their memory used otherwise.
    default void completeBurst() {}

    /// What it leaves to a slower provider, and why.
    default Optional<String> shortfall() {
        return Optional.empty();
    }
}
