// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Native memory that the AES-CM ciphers of one media loop work with, and what they have in common
/// (RFC 3711 §4.1.1, §4.2). Confined to that loop.
final class CounterModeScratch {
    /// HMAC-SHA1 cut to 80 bits.
    static final int TAG_BYTES = 10;

    /// HMAC-SHA1 as it is computed.
    static final int WHOLE_TAG_BYTES = 20;

    static final int IV_BYTES = 16;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final int TRAILER_BYTES = 4;
    private static final int ALIGNMENT = 64;

    private final MemorySegment iv;
    private final MemorySegment tag;
    private final MemorySegment message;

    CounterModeScratch() {
        var arena = Arena.ofAuto();
        iv = arena.allocate(ALIGNMENT, ALIGNMENT);
        tag = arena.allocate(ALIGNMENT, ALIGNMENT);
        message = arena.allocate(SrtpCipherProvider.MAX_PACKET_BYTES + ALIGNMENT, ALIGNMENT);
    }

    /// RFC 3711 §4.1.1: salt, SSRC and index mixed, above a 16-bit counter that starts at zero.
    ///
    /// @param saltHigh the first eight bytes of the salt
    /// @param saltLow the other six, and two of zero
    /// @return where it lies
    long iv(SrtpJob job, long saltHigh, long saltLow) {
        iv.set(LONG, 0, saltHigh ^ Integer.toUnsignedLong(job.ssrc));
        iv.set(LONG, Long.BYTES, saltLow ^ (job.index << 16));
        return iv.address();
    }

    /// Where the tag that is computed goes, [#WHOLE_TAG_BYTES] of it.
    long tag() {
        return tag.address();
    }

    /// Room for a number of bytes that nobody looks at.
    long count() {
        return tag.address() + ALIGNMENT / 2;
    }

    /// How many bytes are authenticated: header, payload and trailer.
    static int messageBytes(SrtpJob job) {
        return job.headerBytes + job.payloadBytes + TRAILER_BYTES;
    }

    /// Completes what is authenticated of a packet that is sealed, right where the packet lies: the
    /// trailer of SRTP stands where its tag will.
    ///
    /// @return where it lies
    static long messageInPlace(SrtpJob job, boolean rtcp) {
        var output = job.headerOffset + job.headerBytes;
        var trailer = output + job.payloadBytes;
        if (job.outputOffset != output
                || job.tagOffset != (rtcp ? trailer + TRAILER_BYTES : trailer)
                || !job.output.equals(job.packet)) {
            throw new IllegalArgumentException("a packet is sealed in one piece");
        }
        NativeMemory.address(job.packet, job.tagOffset, TAG_BYTES);
        job.packet.set(INT, trailer, job.trailer);
        return NativeMemory.address(job.packet, job.headerOffset, messageBytes(job));
    }

    /// Copies together what is authenticated of a packet that is opened.
    ///
    /// @return where it lies
    long messageCopied(SrtpJob job) {
        var header = job.headerBytes;
        var bytes = job.payloadBytes;
        MemorySegment.copy(job.packet, job.headerOffset, message, 0, header);
        MemorySegment.copy(job.input, job.inputOffset, message, header, bytes);
        message.set(INT, (long) header + bytes, job.trailer);
        return message.address();
    }

    /// What lies at [#tag].
    MemorySegment computed() {
        return tag;
    }

    /// Writes the whole tag at `at`, cut to the length that is sent, to where a packet has it.
    static void writeTag(MemorySegment tags, long at, MemorySegment packet, long offset) {
        packet.set(LONG, offset, tags.get(LONG, at));
        packet.set(SHORT, offset + Long.BYTES, tags.get(SHORT, at + Long.BYTES));
    }

    /// Whether the tag that was computed is the packet's; how long that takes tells nothing of
    /// where they differ.
    static boolean tagFits(MemorySegment computed, SrtpJob job) {
        var different =
                (computed.get(LONG, 0) ^ job.packet.get(LONG, job.tagOffset))
                        | (computed.get(SHORT, Long.BYTES)
                                ^ job.packet.get(SHORT, job.tagOffset + Long.BYTES));
        return different == 0;
    }
}
