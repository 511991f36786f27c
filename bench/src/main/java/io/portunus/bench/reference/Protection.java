// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.srtp.SrtpOutbound;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Encrypting packets with AES-128-GCM, header included, in both languages by the same library.
final class Protection {
    private static final int HEADER_BYTES = 12;
    private static final int SSRC = 0x1234;
    private static final int SLOT_BYTES = 2_048;
    private static final int PACKETS = 20_000;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Reference reference;
    private final int payloadBytes;
    private final MemorySegment payload = Arena.global().allocate(SLOT_BYTES, 64);
    private final MemorySegment packet = Arena.global().allocate(SLOT_BYTES, 64);
    private final SrtpOutbound outbound;
    private final long key;
    private long javaIndex;
    private long referenceIndex;

    /// @param bytes of the whole plaintext packet
    Protection(Reference reference, Library library, int bytes) {
        this.reference = reference;
        payloadBytes = bytes - HEADER_BYTES;
        var keys = new SessionKey(1);
        outbound = new SrtpOutbound(keys.material(), true, SrtpCiphers.choose(library.provider()));
        try (var arena = Arena.ofConfined()) {
            var session = arena.allocateFrom(ValueLayout.JAVA_BYTE, keys.session());
            key = reference.key(library, session.address());
        }
    }

    double java() {
        var start = Contest.nanos();
        for (var i = 0; i < PACKETS; i++) {
            protectInJava();
        }
        return (double) (Contest.nanos() - start) / PACKETS;
    }

    double c() {
        var start = Contest.nanos();
        protectInC(PACKETS);
        return (double) (Contest.nanos() - start) / PACKETS;
    }

    /// The next packet; its length.
    int protectInJava() {
        var index = javaIndex++;
        packet.set(INT, 0, 0x8060_0000 | (int) (index & 0xFFFF));
        packet.set(INT, 4, (int) index);
        packet.set(INT, 8, SSRC);
        return outbound.protectRtp(packet, 0, HEADER_BYTES, payload, 0, payloadBytes, index);
    }

    /// The next packets; the length of each.
    int protectInC(int count) {
        var first = referenceIndex;
        referenceIndex += count;
        return reference.protect(
                key, packet.address(), payload.address(), payloadBytes, SSRC, first, count);
    }

    /// Where the last packet lies.
    MemorySegment packet() {
        return packet;
    }
}
