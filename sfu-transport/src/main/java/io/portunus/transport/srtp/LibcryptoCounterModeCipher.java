// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// AES in counter mode with HMAC-SHA1 cut to 80 bits (RFC 3711 §4.1.1, §4.2.1) by libcrypto: one
/// context for the life of the key, told a new IV for each packet, and two SHA-1 states that have
/// taken in the key (RFC 2104 §4). Leaves no garbage. Confined to its media loop.
final class LibcryptoCounterModeCipher implements SrtpCipher {
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;

    private final boolean rtcp;
    private final CounterModeScratch scratch;

    /// The inner state, the outer one, and the one that is worked with.
    private final MemorySegment states;

    private long saltHigh;
    private long saltLow;

    /// 0 once it is closed.
    private long context;

    LibcryptoCounterModeCipher(SrtpSessionKeys keys, CounterModeScratch scratch) {
        this.scratch = scratch;
        rtcp = keys.rtcp();
        var salt = ByteBuffer.wrap(Arrays.copyOf(keys.salt(), CounterModeScratch.IV_BYTES));
        saltHigh = salt.getLong(0);
        saltLow = salt.getLong(Long.BYTES);
        // Freed by the collector, so that it does not matter who closes the cipher.
        states = Arena.ofAuto().allocate(3L * LibcryptoCounterMode.STATE_BYTES, BLOCK_BYTES);
        var key = keys.key();
        var authenticationKey = keys.authenticationKey();
        try (var arena = Arena.ofConfined()) {
            var given = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
            var block = arena.allocate(BLOCK_BYTES);
            var absorbed =
                    absorb(block, authenticationKey, INNER_PAD, state(0))
                            && absorb(block, authenticationKey, OUTER_PAD, state(1));
            context = absorbed ? LibcryptoCounterMode.newContext(given.address()) : 0;
            given.fill((byte) 0);
            block.fill((byte) 0);
        }
        Arrays.fill(key, (byte) 0);
        Arrays.fill(authenticationKey, (byte) 0);
        if (context == 0) {
            throw new IllegalStateException("libcrypto makes no cipher context");
        }
    }

    private long state(int index) {
        return states.address() + (long) index * LibcryptoCounterMode.STATE_BYTES;
    }

    private static boolean absorb(MemorySegment block, byte[] key, byte pad, long state) {
        block.fill(pad);
        for (var i = 0; i < key.length; i++) {
            block.set(ValueLayout.JAVA_BYTE, i, (byte) (key[i] ^ pad));
        }
        return LibcryptoCounterMode.begin(state)
                && LibcryptoCounterMode.absorb(state, block.address(), BLOCK_BYTES);
    }

    @Override
    public void seal(SrtpJob job) {
        applyKeyStream(job);
        authenticate(CounterModeScratch.messageInPlace(job, rtcp), job);
        CounterModeScratch.writeTag(scratch.computed(), 0, job.packet, job.tagOffset);
    }

    @Override
    public boolean open(SrtpJob job) {
        NativeMemory.address(job.output, job.outputOffset, job.payloadBytes);
        authenticate(scratch.messageCopied(job), job);
        if (!CounterModeScratch.tagFits(scratch.computed(), job)) {
            return false;
        }
        applyKeyStream(job);
        return true;
    }

    private void applyKeyStream(SrtpJob job) {
        var bytes = job.payloadBytes;
        if (!LibcryptoCounterMode.apply(
                openContext(),
                NativeMemory.address(job.output, job.outputOffset, bytes),
                NativeMemory.address(job.input, job.inputOffset, bytes),
                bytes,
                scratch.iv(job, saltHigh, saltLow),
                scratch.count())) {
            throw new IllegalStateException("applying a key stream cannot fail");
        }
    }

    private void authenticate(long message, SrtpJob job) {
        openContext();
        try {
            var done =
                    digest(0, message, CounterModeScratch.messageBytes(job))
                            && digest(1, scratch.tag(), CounterModeScratch.WHOLE_TAG_BYTES);
            if (!done) {
                throw new IllegalStateException("hashing cannot fail");
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private boolean digest(int start, long input, int bytes) {
        var size = LibcryptoCounterMode.STATE_BYTES;
        MemorySegment.copy(states, (long) start * size, states, 2L * size, size);
        return LibcryptoCounterMode.absorb(state(2), input, bytes)
                && LibcryptoCounterMode.finish(state(2), scratch.tag());
    }

    private long openContext() {
        if (context == 0) {
            throw new IllegalStateException("the cipher is closed");
        }
        return context;
    }

    /// Frees the context, which erases its key, and erases the others.
    @Override
    public void close() {
        if (context != 0) {
            Libcrypto.free(context);
            context = 0;
            states.fill((byte) 0);
            saltHigh = 0;
            saltLow = 0;
        }
    }
}
