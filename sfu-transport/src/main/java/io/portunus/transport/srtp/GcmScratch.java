// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Native memory that the AES-GCM ciphers of one media loop work with, and what they have in
/// common. Confined to that loop.
final class GcmScratch {
    static final int TAG_BYTES = 16;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int NONCE_BYTES = 12;
    private static final int TRAILER_BYTES = 4;
    private static final int ALIGNMENT = 64;
    private static final int READABLE_BYTES = SrtpCipherProvider.MAX_PACKET_BYTES + ALIGNMENT;

    private final MemorySegment nonce;
    private final MemorySegment tag;
    private final MemorySegment readable;
    private final MemorySegment plaintext;

    GcmScratch() {
        var arena = Arena.ofAuto();
        nonce = arena.allocate(ALIGNMENT, ALIGNMENT);
        tag = arena.allocate(ALIGNMENT, ALIGNMENT);
        readable = arena.allocate(READABLE_BYTES, ALIGNMENT);
        plaintext = arena.allocate(READABLE_BYTES, ALIGNMENT);
    }

    /// RFC 7714 §8.1 and §9.1: two zero bytes, SSRC and 48 bits of index, mixed with the salt.
    ///
    /// @return where it lies
    long nonce(SrtpJob job, byte[] salt) {
        nonce.set(INT, 0, job.ssrc >>> 16);
        nonce.set(INT, 4, (job.ssrc << 16) | (int) (job.index >>> 32));
        nonce.set(INT, 8, (int) job.index);
        for (var i = 0; i < NONCE_BYTES; i++) {
            nonce.set(BYTE, i, (byte) (nonce.get(BYTE, i) ^ salt[i]));
        }
        return nonce.address();
    }

    /// Where what stays readable lies; of SRTCP with its trailer behind it.
    long readable(SrtpJob job, boolean rtcp) {
        var header = NativeMemory.address(job.packet, job.headerOffset, job.headerBytes);
        if (!rtcp) {
            return header;
        }
        MemorySegment.copy(job.packet, job.headerOffset, readable, 0, job.headerBytes);
        readable.set(INT, job.headerBytes, job.trailer);
        return readable.address();
    }

    static int readableBytes(SrtpJob job, boolean rtcp) {
        return job.headerBytes + (rtcp ? TRAILER_BYTES : 0);
    }

    /// Where the tag that is computed goes.
    long tag() {
        return tag.address();
    }

    /// Where `bytes` bytes of plaintext wait until their tag has proven good.
    long plaintext(int bytes) {
        return NativeMemory.address(plaintext, 0, bytes);
    }

    /// Gives out the plaintext if the tag that was computed is the packet's; how long that takes
    /// tells nothing of where they differ.
    boolean release(SrtpJob job) {
        NativeMemory.address(job.output, job.outputOffset, job.payloadBytes);
        var different =
                (tag.get(LONG, 0) ^ job.packet.get(LONG, job.tagOffset))
                        | (tag.get(LONG, Long.BYTES)
                                ^ job.packet.get(LONG, job.tagOffset + Long.BYTES));
        if (different != 0) {
            return false;
        }
        give(job);
        return true;
    }

    /// Gives out the plaintext.
    void give(SrtpJob job) {
        MemorySegment.copy(plaintext, 0, job.output, job.outputOffset, job.payloadBytes);
    }

    /// Room for a number of bytes that nobody looks at.
    long count() {
        return tag.address() + ALIGNMENT / 2;
    }
}
