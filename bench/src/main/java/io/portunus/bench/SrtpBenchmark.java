// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.srtp.SrtpInbound;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Encrypting one RTP packet for one subscriber, and decrypting one from a publisher.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SrtpBenchmark {
    private static final int HEADER_BYTES = 12;
    private static final int SSRC = 0x1234;
    private static final int SLOT_BYTES = 2_048;

    /// How many packets lie ready to be decrypted; then their receiver starts anew.
    private static final int READY = 4_096;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    @Param({"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_HMAC_SHA1_80"})
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;

    @Param({"ipsec-mb", "libcrypto", "jdk"})
    String provider = "jdk";

    /// The whole plaintext packet.
    @Param({"160", "1200"})
    int bytes = 1_200;

    private final MemorySegment plain = Arena.ofAuto().allocate(SLOT_BYTES, 64);
    private final MemorySegment protectedOne = Arena.ofAuto().allocate(SLOT_BYTES, 64);
    private final MemorySegment ready = Arena.ofAuto().allocate((long) READY * SLOT_BYTES, 64);
    private SrtpCipherProvider ciphers = SrtpCiphers.choose(SrtpCiphers.BEST);
    private SrtpOutbound outbound = outbound();
    private SrtpInbound inbound = inbound();
    private long index;
    private int next;

    /// Makes the packets and the keys.
    @Setup
    public void setUp() {
        ciphers = SrtpCiphers.choose(provider);
        outbound = outbound();
        inbound = inbound();
        index = 0;
        next = 0;
        for (var i = 0; i < READY; i++) {
            var at = (long) i * SLOT_BYTES;
            header(ready, at, i);
            outbound.protectRtp(ready, at, HEADER_BYTES, plain, 0, bytes - HEADER_BYTES, i);
        }
    }

    @Benchmark
    public int protect() {
        var packet = ++index;
        header(protectedOne, 0, (int) packet);
        return outbound.protectRtp(
                protectedOne, 0, HEADER_BYTES, plain, 0, bytes - HEADER_BYTES, packet);
    }

    /// Including, once in 4096, the making of a receiver that has seen none of the packets.
    @Benchmark
    public int unprotect() {
        if (next == READY) {
            next = 0;
            inbound = inbound();
        }
        var at = (long) next++ * SLOT_BYTES;
        var length = bytes + profile.rtpOverheadBytes();
        var plaintext = inbound.unprotectRtp(ready, at, length, protectedOne, 0);
        if (plaintext != bytes) {
            throw new IllegalStateException("refused: " + inbound.refusal());
        }
        return plaintext;
    }

    private static void header(MemorySegment memory, long at, int number) {
        memory.set(INT, at, 0x8060_0000 | (number & 0xFFFF));
        memory.set(INT, at + 4, number);
        memory.set(INT, at + 8, SSRC);
    }

    private SrtpOutbound outbound() {
        return new SrtpOutbound(keys(), true, ciphers);
    }

    private SrtpInbound inbound() {
        return new SrtpInbound(keys(), false, ciphers);
    }

    private SrtpKeyMaterial keys() {
        return new SrtpKeyMaterial(profile, new byte[SrtpKeyMaterial.bytes(profile)]);
    }
}
