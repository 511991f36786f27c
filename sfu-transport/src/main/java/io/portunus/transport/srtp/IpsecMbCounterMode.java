// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// What the AES-CM ciphers of one media loop share of ipsec-mb. Confined to that loop.
final class IpsecMbCounterMode {
    private final IpsecMbManager wide = new IpsecMbManager(IpsecMbManager.Kind.WIDE);
    private final IpsecMbManager narrow = new IpsecMbManager(IpsecMbManager.Kind.NARROW);
    private final IpsecMbManager hashesOne = narrow.hasShaInstructions() ? narrow : wide;
    private final IpsecMbBurst burst = new IpsecMbBurst(wide, narrow);
    private final CounterModeScratch scratch = new CounterModeScratch();

    /// For one packet at a time.
    private final IpsecMbJobs one = new IpsecMbJobs(1);

    IpsecMbBurst burst() {
        return burst;
    }

    CounterModeScratch scratch() {
        return scratch;
    }

    /// Expands a key of 128 bits.
    void expand(long key, long encrypting, long decrypting) {
        wide.expand(key, encrypting, decrypting);
    }

    /// The state of SHA-1 after one block of 64 bytes.
    void sha1Block(long block, long state) {
        wide.sha1Block(block, state);
    }

    /// Encrypts or decrypts, which is the same.
    void apply(SrtpJob job, long key, long iv) {
        var bytes = job.payloadBytes;
        var output = NativeMemory.address(job.output, job.outputOffset, bytes);
        var input = NativeMemory.address(job.input, job.inputOffset, bytes);
        if (bytes == 0) {
            return;
        }
        one.encrypt(0, key, output, input, bytes, iv);
        try {
            wide.encrypt(one.address(0));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Computes the tag of one packet, which [#tag] then has.
    void authenticate(long message, int bytes, long inner, long outer) {
        one.authenticate(0, message, bytes, inner, outer);
        try {
            hashesOne.authenticate(one.address(0), 1);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// What [#authenticate] has computed.
    MemorySegment tag() {
        return one.tags();
    }
}
