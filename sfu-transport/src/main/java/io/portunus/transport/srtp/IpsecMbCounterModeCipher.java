// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// AES in counter mode with HMAC-SHA1 cut to 80 bits (RFC 3711 §4.1.1, §4.2.1) by ipsec-mb. In a
/// burst a packet is encrypted at once, and its tag computed with those of others. Leaves no
/// garbage. Confined to its media loop.
final class IpsecMbCounterModeCipher implements SrtpCipher {
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;

    // The native copy of the keys: the round keys of AES-128 in 176 bytes, once more for
    // decrypting, and the states of HMAC-SHA1 behind its pads (RFC 2104 §4) in 20 bytes each.
    private static final int DECRYPTING_AT = 192;
    private static final int INNER_AT = 384;
    private static final int OUTER_AT = 448;
    private static final int KEY_BYTES = 512;

    private final IpsecMbCounterMode shared;
    private final boolean rtcp;
    private final MemorySegment key;
    private long saltHigh;
    private long saltLow;
    private boolean closed;

    IpsecMbCounterModeCipher(SrtpSessionKeys keys, IpsecMbCounterMode shared) {
        this.shared = shared;
        rtcp = keys.rtcp();
        var salt = ByteBuffer.wrap(Arrays.copyOf(keys.salt(), CounterModeScratch.IV_BYTES));
        saltHigh = salt.getLong(0);
        saltLow = salt.getLong(Long.BYTES);
        // Freed by the collector, so that it does not matter who closes the cipher.
        key = Arena.ofAuto().allocate(KEY_BYTES, BLOCK_BYTES);
        var cipherKey = keys.key();
        var authenticationKey = keys.authenticationKey();
        try (var arena = Arena.ofConfined()) {
            var given = arena.allocateFrom(ValueLayout.JAVA_BYTE, cipherKey);
            var block = arena.allocate(BLOCK_BYTES, BLOCK_BYTES);
            shared.expand(given.address(), key.address(), key.address() + DECRYPTING_AT);
            absorb(block, authenticationKey, INNER_PAD, INNER_AT);
            absorb(block, authenticationKey, OUTER_PAD, OUTER_AT);
            given.fill((byte) 0);
            block.fill((byte) 0);
        }
        Arrays.fill(cipherKey, (byte) 0);
        Arrays.fill(authenticationKey, (byte) 0);
    }

    private void absorb(MemorySegment block, byte[] authenticationKey, byte pad, int at) {
        block.fill(pad);
        for (var i = 0; i < authenticationKey.length; i++) {
            block.set(ValueLayout.JAVA_BYTE, i, (byte) (authenticationKey[i] ^ pad));
        }
        shared.sha1Block(block.address(), key.address() + at);
    }

    @Override
    public void seal(SrtpJob job) {
        applyKeyStream(job);
        authenticate(CounterModeScratch.messageInPlace(job, rtcp), job);
        CounterModeScratch.writeTag(shared.tag(), 0, job.packet, job.tagOffset);
    }

    @Override
    public void sealInBurst(SrtpJob job) {
        applyKeyStream(job);
        shared.burst()
                .add(
                        job,
                        CounterModeScratch.messageInPlace(job, rtcp),
                        CounterModeScratch.messageBytes(job),
                        key,
                        key.address() + INNER_AT,
                        key.address() + OUTER_AT);
    }

    @Override
    public boolean open(SrtpJob job) {
        NativeMemory.address(job.output, job.outputOffset, job.payloadBytes);
        authenticate(shared.scratch().messageCopied(job), job);
        if (!CounterModeScratch.tagFits(shared.tag(), job)) {
            return false;
        }
        applyKeyStream(job);
        return true;
    }

    private void applyKeyStream(SrtpJob job) {
        refuseIfClosed();
        try {
            shared.apply(job, key.address(), shared.scratch().iv(job, saltHigh, saltLow));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void authenticate(long message, SrtpJob job) {
        refuseIfClosed();
        try {
            shared.authenticate(
                    message,
                    CounterModeScratch.messageBytes(job),
                    key.address() + INNER_AT,
                    key.address() + OUTER_AT);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("the cipher is closed");
        }
    }

    /// Completes the burst, which may need the keys, and erases them.
    @Override
    public void close() {
        if (!closed) {
            shared.burst().complete();
            closed = true;
            key.fill((byte) 0);
            saltHigh = 0;
            saltLow = 0;
        }
    }
}
