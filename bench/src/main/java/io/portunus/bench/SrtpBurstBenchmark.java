// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Encrypting one RTP packet for each subscriber, every one under keys of its own and to a place of
/// its own, as a media loop does it: the tags at the end.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SrtpBurstBenchmark {
    private static final int HEADER_BYTES = 12;
    private static final int SLOT_BYTES = 1_280;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    @Param({"AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"})
    SrtpProfile profile = SrtpProfile.AES128_CM_HMAC_SHA1_80;

    @Param({"ipsec-mb", "libcrypto", "jdk"})
    String provider = "jdk";

    /// The whole plaintext packet.
    @Param({"160", "1200"})
    int bytes = 1_200;

    @Param({"50"})
    int subscribers = 50;

    private final MemorySegment plain = Arena.ofAuto().allocate(SLOT_BYTES, 64);
    private MemorySegment egress = plain;
    private SrtpCipherProvider ciphers = SrtpCiphers.choose(SrtpCiphers.BEST);
    private SrtpOutbound[] outbounds = {};
    private long index;

    /// Makes everybody's keys.
    @Setup
    public void setUp() {
        ciphers = SrtpCiphers.choose(provider);
        egress = Arena.ofAuto().allocate((long) subscribers * SLOT_BYTES, 64);
        outbounds = new SrtpOutbound[subscribers];
        var random = new SplittableRandom(1);
        for (var i = 0; i < subscribers; i++) {
            var exported = new byte[SrtpKeyMaterial.bytes(profile)];
            random.nextBytes(exported);
            var keys = new SrtpKeyMaterial(profile, exported);
            outbounds[i] = SrtpOutbound.inBursts(keys, true, ciphers);
        }
        index = 0;
    }

    @Benchmark
    public int protectForAll() {
        var packet = ++index;
        var length = 0;
        for (var i = 0; i < outbounds.length; i++) {
            var at = (long) i * SLOT_BYTES;
            egress.set(INT, at, 0x8060_0000 | (int) (packet & 0xFFFF));
            egress.set(INT, at + 4, (int) packet);
            egress.set(INT, at + 8, i);
            length +=
                    outbounds[i].protectRtp(
                            egress, at, HEADER_BYTES, plain, 0, bytes - HEADER_BYTES, packet);
        }
        ciphers.completeBurst();
        return length;
    }
}
