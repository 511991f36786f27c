// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;

/// AES-GCM (RFC 7714) by ipsec-mb. Leaves no garbage. Confined to its media loop.
final class IpsecMbGcmCipher implements SrtpCipher {
    /// Of an expanded key, what a small packet needs: eleven round keys, and the first twelve
    /// powers of the hash key, which are the last of 48 behind them. Where a version has it
    /// otherwise, touching it is in vain.
    private static final int TOUCHED_BYTES = 192;

    private static final int HASH_KEYS_AT = 832;
    private static final int CACHE_LINE_BYTES = 64;

    private final boolean wide;
    private final boolean rtcp;
    private final byte[] salt;
    private final MemorySegment expanded;
    private final MemorySegment context;
    private final GcmScratch scratch;
    private boolean closed;

    /// @param context which the ciphers of one loop share
    IpsecMbGcmCipher(SrtpSessionKeys keys, MemorySegment context, GcmScratch scratch) {
        this.context = context;
        this.scratch = scratch;
        rtcp = keys.rtcp();
        salt = keys.salt();
        var key = keys.key();
        wide = key.length == SrtpProfile.AEAD_AES_256_GCM.keyBytes();
        // Freed by the collector, so that it does not matter who closes the cipher.
        expanded = Arena.ofAuto().allocate(IpsecMb.KEY_BYTES, IpsecMb.ALIGNMENT);
        try (var arena = Arena.ofConfined()) {
            var given = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
            IpsecMb.expand(wide, given.address(), expanded.address());
            given.fill((byte) 0);
        }
        Arrays.fill(key, (byte) 0);
    }

    @Override
    public void seal(SrtpJob job) {
        var bytes = job.payloadBytes;
        try {
            IpsecMb.encrypt(
                    wide,
                    openKey(),
                    context.address(),
                    NativeMemory.address(job.output, job.outputOffset, bytes),
                    NativeMemory.address(job.input, job.inputOffset, bytes),
                    bytes,
                    scratch.nonce(job, salt),
                    scratch.readable(job, rtcp),
                    GcmScratch.readableBytes(job, rtcp),
                    NativeMemory.address(job.packet, job.tagOffset, GcmScratch.TAG_BYTES));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public boolean open(SrtpJob job) {
        var bytes = job.payloadBytes;
        try {
            IpsecMb.decrypt(
                    wide,
                    openKey(),
                    context.address(),
                    scratch.plaintext(bytes),
                    NativeMemory.address(job.input, job.inputOffset, bytes),
                    bytes,
                    scratch.nonce(job, salt),
                    scratch.readable(job, rtcp),
                    GcmScratch.readableBytes(job, rtcp),
                    scratch.tag());
            return scratch.release(job);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// What is erased would go on as a key of zeros.
    private long openKey() {
        if (closed) {
            throw new IllegalStateException("the cipher is closed");
        }
        return expanded.address();
    }

    @Override
    public int touch() {
        int sum = salt[0];
        for (var line = 0; line < TOUCHED_BYTES; line += CACHE_LINE_BYTES) {
            sum += expanded.get(ValueLayout.JAVA_BYTE, line);
            sum += expanded.get(ValueLayout.JAVA_BYTE, HASH_KEYS_AT + line);
        }
        return sum;
    }

    /// Erases the keys.
    @Override
    public void close() {
        closed = true;
        expanded.fill((byte) 0);
        Arrays.fill(salt, (byte) 0);
    }
}
