// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.core.peer.Egress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An [Egress] without encryption: each packet goes on as it is, and is checked for what encryption
/// relies on. Under one key no (SSRC, packet index) may go out twice with different bytes (RFC 7714
/// §8.1: it would give the key away).
public final class PlaintextEgress implements Egress {
    private static final int MAX_PACKET_BYTES = 2_048;

    /// Shifting the place of each reservation shows who relies on the one before.
    private static final int PLACES = 7;

    private record Nonce(int ssrc, long packetIndex) {}

    private final MemorySegment memory = MemorySegment.ofArray(new byte[PLACES * MAX_PACKET_BYTES]);
    private final Map<Nonce, Integer> protectedPackets = new HashMap<>();
    private final Consumer<byte[]> rtp;
    private final Consumer<byte[]> rtcp;
    private long place;
    private int reservedBytes = -1;
    private boolean full;
    private @Nullable RuntimeException fault;

    public PlaintextEgress(Consumer<byte[]> rtp, Consumer<byte[]> rtcp) {
        this.rtp = rtp;
        this.rtcp = rtcp;
    }

    /// Whether it takes nothing more, as a socket does that can't keep up.
    public void full(boolean full) {
        this.full = full;
    }

    /// Every reservation from now on throws `fault`.
    public void breakWith(RuntimeException fault) {
        this.fault = fault;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long reserve(int bytes) {
        assertThat(bytes).as("bytes reserved for one packet").isBetween(1, MAX_PACKET_BYTES);
        if (fault != null) {
            throw fault;
        }
        if (full) {
            return -1;
        }
        place = (place + MAX_PACKET_BYTES) % memory.byteSize();
        reservedBytes = bytes;
        return place;
    }

    @Override
    public Fate sendRtp(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex) {
        var packet = take(headerBytes, headerBytes + payloadBytes);
        MemorySegment.copy(
                payload, ValueLayout.JAVA_BYTE, payloadOffset, packet, headerBytes, payloadBytes);
        checkNonce(packet, packetIndex);
        rtp.accept(packet);
        return Fate.SENT;
    }

    private void checkNonce(byte[] packet, long packetIndex) {
        var view = Bytes.of(packet);
        assertThat(packetIndex & 0xFFFF)
                .as("the packet index ends in the sequence number of the header")
                .isEqualTo(view.unsignedShort(2));
        var nonce = new Nonce(view.integer(8), packetIndex);
        var hash = Arrays.hashCode(packet);
        var before = protectedPackets.putIfAbsent(nonce, hash);
        assertThat(before == null || before == hash)
                .as("one nonce protects one packet only: %s", nonce)
                .isTrue();
    }

    @Override
    public Fate sendRtcp(int bytes) {
        rtcp.accept(take(bytes, bytes));
        return Fate.SENT;
    }

    private byte[] take(int fromReservation, int totalBytes) {
        assertThat(totalBytes)
                .as("bytes sent from a reservation of %s", reservedBytes)
                .isLessThanOrEqualTo(reservedBytes);
        reservedBytes = -1;
        var packet = new byte[totalBytes];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, place, packet, 0, fromReservation);
        return packet;
    }
}
