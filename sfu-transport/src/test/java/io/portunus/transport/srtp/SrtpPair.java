// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// Both ends of one direction under random keys, with memory for one packet at each.
final class SrtpPair implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    final SrtpProfile profile;
    final SrtpOutbound outbound;
    final SrtpInbound inbound;
    final MemorySegment source = arena.allocate(2_048);
    final MemorySegment wire = arena.allocate(4_096);
    final MemorySegment target = arena.allocate(2_048);

    SrtpPair(SrtpProfile profile, long seed) {
        this.profile = profile;
        var exported = new byte[SrtpKeyMaterial.bytes(profile)];
        new SplittableRandom(seed).nextBytes(exported);
        var keys = new SrtpKeyMaterial(profile, exported);
        var provider = new JdkCipherProvider();
        outbound = new SrtpOutbound(keys, true, provider);
        inbound = new SrtpInbound(keys, false, provider);
    }

    /// A plain RTP packet of which the index can be read back.
    static byte[] rtp(int ssrc, long index, int payloadBytes) {
        var packet = ByteBuffer.allocate(12 + payloadBytes);
        packet.put((byte) 0x80).put((byte) 96).putShort((short) index);
        packet.putInt((int) (index * 3_000)).putInt(ssrc);
        while (packet.hasRemaining()) {
            packet.put((byte) (index * 31 + packet.position()));
        }
        return packet.array();
    }

    static byte[] rtcp(int ssrc, int words) {
        var packet = ByteBuffer.allocate(8 + 4 * words);
        packet.putInt(0x80C8_0000 | words + 1).putInt(ssrc);
        while (packet.hasRemaining()) {
            packet.putInt(packet.position() * 0x0101_0101);
        }
        return packet.array();
    }

    /// What goes over the wire for `plain`.
    byte[] protectRtp(byte[] plain, long index) {
        MemorySegment.copy(plain, 0, wire, ValueLayout.JAVA_BYTE, 0, 12);
        MemorySegment.copy(plain, 12, source, ValueLayout.JAVA_BYTE, 7, plain.length - 12);
        var length = outbound.protectRtp(wire, 0, 12, source, 7, plain.length - 12, index);
        return wire.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] protectRtcp(byte[] plain) {
        MemorySegment.copy(plain, 0, wire, ValueLayout.JAVA_BYTE, 0, plain.length);
        var length = outbound.protectRtcp(wire, 0, plain.length);
        return wire.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /// The plaintext; empty for a packet that is refused.
    byte[] unprotectRtp(byte[] packet) {
        MemorySegment.copy(packet, 0, wire, ValueLayout.JAVA_BYTE, 3, packet.length);
        var length = inbound.unprotectRtp(wire, 3, packet.length, target, 5);
        return length < 0 ? new byte[0] : target.asSlice(5, length).toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] unprotectRtcp(byte[] packet) {
        MemorySegment.copy(packet, 0, wire, ValueLayout.JAVA_BYTE, 3, packet.length);
        var length = inbound.unprotectRtcp(wire, 3, packet.length, target, 5);
        return length < 0 ? new byte[0] : target.asSlice(5, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        outbound.close();
        inbound.close();
        arena.close();
    }
}
