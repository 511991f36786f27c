// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

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
}
