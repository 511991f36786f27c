// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import java.util.Arrays;

/// HMAC-SHA1 (RFC 2104) under one key, of which what depends on the key alone has been computed: a
/// check of a browser takes three blocks then, instead of five. Immutable; whoever uses it brings
/// the [Sha1].
final class HmacSha1 {
    static final int BYTES = Sha1.DIGEST_BYTES;

    private static final byte INNER_PADDING = 0x36;
    private static final byte OUTER_PADDING = 0x5C;

    private final int[] inner;
    private final int[] outer;

    HmacSha1(byte[] key) {
        var sha1 = new Sha1();
        var block = new byte[Sha1.BLOCK_BYTES];
        if (key.length > block.length) {
            sha1.digest(key, key.length, block);
        } else {
            System.arraycopy(key, 0, block, 0, key.length);
        }
        inner = sha1.after(combined(block, INNER_PADDING));
        outer = sha1.after(combined(block, OUTER_PADDING));
    }

    private static byte[] combined(byte[] block, byte padding) {
        var combined = Arrays.copyOf(block, block.length);
        for (var i = 0; i < combined.length; i++) {
            combined[i] ^= padding;
        }
        return combined;
    }

    /// Writes the code of the first `length` bytes of `message` to the start of `to`.
    void compute(Sha1 sha1, byte[] message, int length, byte[] to) {
        sha1.digest(inner, message, length, to);
        sha1.digest(outer, to, BYTES, to);
    }
}
