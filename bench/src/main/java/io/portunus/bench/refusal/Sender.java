// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.refusal;

import io.portunus.bench.load.udp.SendBatch;
import io.portunus.bench.load.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Builds and sends what a [Flood] consists of. Confined to one thread.
final class Sender implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int PACKET_BYTES = 1_200;
    private static final int OVERSIZED_BYTES = 2_100;
    private static final int TRUNCATED_BYTES = 20;
    private static final int UNKNOWN_SSRC = 0x7777;
    private static final int UNKNOWN_TYPE = 97;
    private static final int MAGIC_COOKIE = 0x2112_A442;
    private static final int STUN_HEADER_BYTES = 20;
    private static final int INTEGRITY_BYTES = 20;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Victim victim;
    private final UdpSocket stranger = new UdpSocket(InetAddress.ofLiteral("127.0.0.1"));
    private final SendBatch batch = new SendBatch();
    private final MemorySegment payload = Arena.ofAuto().allocate(PACKET_BYTES);
    private long nextIndex = 1;
    private long nextOfUnknown = 1;

    Sender(Victim victim) {
        this.victim = victim;
    }

    /// Sends a batch; how many datagrams.
    int send(Flood flood) {
        // An oversized one reaches into the next one's place, and the last has none behind it.
        var count = SendBatch.MAX - 1;
        for (var i = 0; i < count; i++) {
            batch.add(write(flood, batch.memory(), batch.next()), victim.address());
        }
        batch.send(flood.isFromStranger() ? stranger : victim.socket());
        return count;
    }

    /// How many datagrams the system did not take.
    long refused() {
        return batch.refused();
    }

    private int write(Flood flood, MemorySegment memory, long at) {
        return switch (flood) {
            case ACCEPTED -> protect(memory, at, Victim.PAYLOAD_TYPE, Victim.SSRC, nextIndex++);
            case REPLAYED -> protect(memory, at, Victim.PAYLOAD_TYPE, Victim.SSRC, nextIndex - 1);
            // With a payload type of the publisher's it would be a change of its SSRC.
            case UNKNOWN_SSRC -> protect(memory, at, UNKNOWN_TYPE, UNKNOWN_SSRC, nextOfUnknown++);
            case UNAUTHENTICATED -> {
                var length = protect(memory, at, Victim.PAYLOAD_TYPE, Victim.SSRC, nextIndex);
                var last = at + length - 1;
                memory.set(BYTE, last, (byte) ~memory.get(BYTE, last));
                yield length;
            }
            case TRUNCATED -> {
                header(memory, at, Victim.PAYLOAD_TYPE, Victim.SSRC, nextIndex);
                yield TRUNCATED_BYTES;
            }
            case OVERSIZED -> {
                header(memory, at, Victim.PAYLOAD_TYPE, Victim.SSRC, nextIndex);
                yield OVERSIZED_BYTES;
            }
            case UNKNOWN_ADDRESS -> {
                header(memory, at, Victim.PAYLOAD_TYPE, Victim.SSRC, nextIndex);
                yield PACKET_BYTES;
            }
            case UNKNOWN_PROTOCOL -> {
                memory.set(INT, at, -1);
                yield PACKET_BYTES;
            }
            case GARBAGE_STUN -> {
                memory.asSlice(at, STUN_HEADER_BYTES).fill((byte) 1);
                yield STUN_HEADER_BYTES;
            }
            case FOREIGN_STUN -> check(memory, at, "nobody:here");
            case FORGED_STUN -> check(memory, at, victim.ufrag() + ":here");
        };
    }

    private int protect(MemorySegment memory, long at, int type, int ssrc, long index) {
        header(memory, at, type, ssrc, index);
        return victim.outbound()
                .protectRtp(
                        memory, at, HEADER_BYTES, payload, 0, PACKET_BYTES - HEADER_BYTES, index);
    }

    private static void header(MemorySegment memory, long at, int type, int ssrc, long index) {
        memory.set(INT, at, 0x8000_0000 | type << 16 | (int) (index & 0xFFFF));
        memory.set(INT, at + 4, (int) index * 90);
        memory.set(INT, at + 8, ssrc);
    }

    /// A check whose integrity is nobody's (RFC 8489 §14).
    private static int check(MemorySegment memory, long at, String user) {
        var name = user.getBytes(StandardCharsets.UTF_8);
        var padded = name.length + 3 & -4;
        var bytes = STUN_HEADER_BYTES + 4 + padded + 4 + INTEGRITY_BYTES;
        memory.asSlice(at, bytes).fill((byte) 0);
        memory.set(SHORT, at, (short) 0x0001);
        memory.set(SHORT, at + 2, (short) (bytes - STUN_HEADER_BYTES));
        memory.set(INT, at + 4, MAGIC_COOKIE);
        var attribute = at + STUN_HEADER_BYTES;
        memory.set(SHORT, attribute, (short) 0x0006);
        memory.set(SHORT, attribute + 2, (short) name.length);
        MemorySegment.copy(name, 0, memory, BYTE, attribute + 4, name.length);
        var integrity = attribute + 4 + padded;
        memory.set(SHORT, integrity, (short) 0x0008);
        memory.set(SHORT, integrity + 2, (short) INTEGRITY_BYTES);
        return bytes;
    }

    @Override
    public void close() {
        batch.close();
        stranger.close();
    }
}
