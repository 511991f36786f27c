// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

/// SHA-1 (RFC 3174), which STUN's message integrity is made of, without an object per message: the
/// JDK's keyed digests make several, and start from the key each time. Not thread-safe.
final class Sha1 {
    static final int DIGEST_BYTES = 20;
    static final int BLOCK_BYTES = 64;

    private static final int ROUNDS = 80;
    private static final int WORDS = DIGEST_BYTES / 4;

    /// RFC 3174 §6.1.
    private static final int[] START = {
        0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0
    };

    private final int[] schedule = new int[ROUNDS];
    private final int[] state = new int[WORDS];
    private final byte[] tail = new byte[BLOCK_BYTES];

    /// The state after the one block at the start of `block`, from which [#digest] goes on.
    int[] after(byte[] block) {
        System.arraycopy(START, 0, state, 0, WORDS);
        absorb(block, 0);
        return state.clone();
    }

    /// Writes the digest of the first `length` bytes of `bytes` to `to`.
    void digest(byte[] bytes, int length, byte[] to) {
        digest(START, 0, bytes, length, to);
    }

    /// The same of a message which started with the one block that led to `from`; `to` may be
    /// `bytes`.
    void digest(int[] from, byte[] bytes, int length, byte[] to) {
        digest(from, BLOCK_BYTES, bytes, length, to);
    }

    private void digest(int[] from, int absorbed, byte[] bytes, int length, byte[] to) {
        System.arraycopy(from, 0, state, 0, WORDS);
        var at = 0;
        for (; at + BLOCK_BYTES <= length; at += BLOCK_BYTES) {
            absorb(bytes, at);
        }
        finish(bytes, at, length - at, (long) absorbed + length);
        for (var i = 0; i < WORDS; i++) {
            write(state[i], to, 4 * i);
        }
    }

    /// Absorbs the last few bytes and the padding (RFC 3174 §4).
    private void finish(byte[] bytes, int at, int left, long allBytes) {
        System.arraycopy(bytes, at, tail, 0, left);
        tail[left] = (byte) 0x80;
        clear(left + 1);
        if (left >= BLOCK_BYTES - 8) {
            absorb(tail, 0);
            clear(0);
        }
        write((int) (allBytes >>> 29), tail, BLOCK_BYTES - 8);
        write((int) (allBytes << 3), tail, BLOCK_BYTES - 4);
        absorb(tail, 0);
    }

    private void clear(int from) {
        for (var i = from; i < BLOCK_BYTES; i++) {
            tail[i] = 0;
        }
    }

    /// RFC 3174 §6.1, with the functions and constants of §5. Written out, it is too long for the
    /// compiler to copy it into each of its callers.
    private void absorb(byte[] bytes, int at) {
        var w = schedule;
        for (var t = 0; t < 16; t++) {
            w[t] = read(bytes, at + 4 * t);
        }
        for (var t = 16; t < ROUNDS; t++) {
            w[t] = Integer.rotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        }
        var a = state[0];
        var b = state[1];
        var c = state[2];
        var d = state[3];
        var e = state[4];
        for (var t = 0; t < 20; t++) {
            var next = Integer.rotateLeft(a, 5) + ((b & c) | (~b & d)) + e + w[t] + 0x5A82_7999;
            e = d;
            d = c;
            c = Integer.rotateLeft(b, 30);
            b = a;
            a = next;
        }
        for (var t = 20; t < 40; t++) {
            var next = Integer.rotateLeft(a, 5) + (b ^ c ^ d) + e + w[t] + 0x6ED9_EBA1;
            e = d;
            d = c;
            c = Integer.rotateLeft(b, 30);
            b = a;
            a = next;
        }
        for (var t = 40; t < 60; t++) {
            var next =
                    Integer.rotateLeft(a, 5)
                            + ((b & c) | (b & d) | (c & d))
                            + e
                            + w[t]
                            + 0x8F1B_BCDC;
            e = d;
            d = c;
            c = Integer.rotateLeft(b, 30);
            b = a;
            a = next;
        }
        for (var t = 60; t < ROUNDS; t++) {
            var next = Integer.rotateLeft(a, 5) + (b ^ c ^ d) + e + w[t] + 0xCA62_C1D6;
            e = d;
            d = c;
            c = Integer.rotateLeft(b, 30);
            b = a;
            a = next;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    private static int read(byte[] bytes, int at) {
        return (bytes[at] << 24)
                | ((bytes[at + 1] & 0xFF) << 16)
                | ((bytes[at + 2] & 0xFF) << 8)
                | (bytes[at + 3] & 0xFF);
    }

    private static void write(int word, byte[] bytes, int at) {
        bytes[at] = (byte) (word >>> 24);
        bytes[at + 1] = (byte) (word >>> 16);
        bytes[at + 2] = (byte) (word >>> 8);
        bytes[at + 3] = (byte) word;
    }
}
