// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpRoundTripTest {
    static Stream<Arguments> profilesAndSeeds() {
        return Stream.of(SrtpProfile.values())
                .flatMap(profile ->
                        LongStream.range(0, 100).mapToObj(seed -> Arguments.of(profile, seed)));
    }

    @ParameterizedTest
    @MethodSource("profilesAndSeeds")
    void whatIsProtectedComesOutAgainInWhateverOrder(SrtpProfile profile, long seed) {
        var random = new SplittableRandom(seed);
        try (var pair = new SrtpPair(profile, seed)) {
            // The first packet establishes the stream, as RFC 3711 §3.3.1 wants it, in cycle 0.
            var index = random.nextLong(0, 0x8000);
            var ssrc = random.nextInt();
            var first = SrtpPair.rtp(ssrc, index, 10);
            assertThat(pair.unprotectRtp(pair.protectRtp(first, index))).isEqualTo(first);
            for (var round = 0; round < 6; round++) {
                index += random.nextLong(1, 0x7000);
                index = shuffledBurst(pair, ssrc, index, random);
            }
        }
    }

    private static long shuffledBurst(
            SrtpPair pair, int ssrc, long start, SplittableRandom random) {
        var indexes = new ArrayList<Long>();
        for (var i = 0; i < 20; i++) {
            indexes.add(start + i);
        }
        Collections.shuffle(indexes, new Random(random.nextLong()));
        for (var index : indexes) {
            var plain = SrtpPair.rtp(ssrc, index, random.nextInt(0, 1_201));
            var packet = pair.protectRtp(plain, index);
            assertThat(packet).hasSize(plain.length + pair.profile.rtpOverheadBytes());
            assertThat(pair.unprotectRtp(packet))
                    .as("packet %x of ssrc %x", index, ssrc)
                    .isEqualTo(plain);
            assertThat(pair.unprotectRtp(packet)).as("the same again").isEmpty();
            assertThat(pair.inbound.refusal()).isEqualTo(Fate.REPLAYED);
        }
        return start + 20;
    }

    @ParameterizedTest
    @MethodSource("profilesAndSeeds")
    void reportsComeOutAgainInWhateverOrder(SrtpProfile profile, long seed) {
        var random = new SplittableRandom(seed);
        try (var pair = new SrtpPair(profile, seed)) {
            var packets = new ArrayList<byte[]>();
            var plain = new ArrayList<byte[]>();
            for (var i = 0; i < 20; i++) {
                plain.add(SrtpPair.rtcp(random.nextInt(2), random.nextInt(0, 300)));
                packets.add(pair.protectRtcp(plain.get(i)));
            }
            var order = new ArrayList<>(LongStream.range(0, 20).boxed().toList());
            Collections.shuffle(order, new Random(seed));
            for (var number : order) {
                var i = number.intValue();
                assertThat(packets.get(i))
                        .hasSize(plain.get(i).length + profile.rtcpOverheadBytes());
                assertThat(pair.unprotectRtcp(packets.get(i))).isEqualTo(plain.get(i));
                assertThat(pair.unprotectRtcp(packets.get(i))).isEmpty();
                assertThat(pair.inbound.refusal()).isEqualTo(Fate.REPLAYED);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("profilesAndSeeds")
    void whateverIsChangedOnTheWayIsRefusedAndLeavesNoTrace(SrtpProfile profile, long seed) {
        var random = new SplittableRandom(seed);
        try (var pair = new SrtpPair(profile, seed)) {
            var plain = SrtpPair.rtp(5, 100, 60);
            var packet = pair.protectRtp(plain, 100);
            var report = SrtpPair.rtcp(5, 12);
            var protectedReport = pair.protectRtcp(report);
            for (var i = 0; i < 20; i++) {
                assertThat(pair.unprotectRtp(mutated(packet, random))).isEmpty();
                assertThat(pair.unprotectRtcp(mutated(protectedReport, random))).isEmpty();
            }
            assertThat(pair.unprotectRtp(packet)).isEqualTo(plain);
            assertThat(pair.unprotectRtcp(protectedReport)).isEqualTo(report);
        }
    }

    private static byte[] mutated(byte[] packet, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(packet, random.nextInt(packet.length));
        }
        var changed = packet.clone();
        changed[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }
}
