// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// AES-GCM (RFC 7714) by libcrypto: one context for the life of the key, told a new nonce for each
/// packet. Leaves no garbage. Confined to its media loop.
final class LibcryptoGcmCipher implements SrtpCipher {
    private final boolean rtcp;
    private final byte[] salt;
    private final GcmScratch scratch;

    /// 0 once it is closed.
    private long context;

    LibcryptoGcmCipher(SrtpSessionKeys keys, GcmScratch scratch) {
        this.scratch = scratch;
        rtcp = keys.rtcp();
        salt = keys.salt();
        var key = keys.key();
        try (var arena = Arena.ofConfined()) {
            var given = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
            var wide = key.length == SrtpProfile.AEAD_AES_256_GCM.keyBytes();
            context = Libcrypto.newContext(wide, given.address());
            given.fill((byte) 0);
        }
        Arrays.fill(key, (byte) 0);
        if (context == 0) {
            throw new IllegalStateException("libcrypto makes no cipher context");
        }
    }

    @Override
    public void seal(SrtpJob job) {
        var bytes = job.payloadBytes;
        var sealed =
                Libcrypto.encrypt(
                        openContext(),
                        NativeMemory.address(job.output, job.outputOffset, bytes),
                        NativeMemory.address(job.input, job.inputOffset, bytes),
                        bytes,
                        scratch.nonce(job, salt),
                        scratch.readable(job, rtcp),
                        GcmScratch.readableBytes(job, rtcp),
                        NativeMemory.address(job.packet, job.tagOffset, GcmScratch.TAG_BYTES),
                        scratch.count());
        if (!sealed) {
            throw new IllegalStateException("sealing cannot fail");
        }
    }

    @Override
    public boolean open(SrtpJob job) {
        var bytes = job.payloadBytes;
        if (!Libcrypto.decrypt(
                openContext(),
                scratch.plaintext(bytes),
                NativeMemory.address(job.input, job.inputOffset, bytes),
                bytes,
                scratch.nonce(job, salt),
                scratch.readable(job, rtcp),
                GcmScratch.readableBytes(job, rtcp),
                NativeMemory.address(job.packet, job.tagOffset, GcmScratch.TAG_BYTES),
                scratch.count())) {
            return false;
        }
        scratch.give(job);
        return true;
    }

    private long openContext() {
        if (context == 0) {
            throw new IllegalStateException("the cipher is closed");
        }
        return context;
    }

    /// Frees the context, which erases the key.
    @Override
    public void close() {
        if (context != 0) {
            Libcrypto.free(context);
            context = 0;
            Arrays.fill(salt, (byte) 0);
        }
    }
}
