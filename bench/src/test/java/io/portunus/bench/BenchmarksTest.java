// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.fate.Fate;
import io.portunus.transport.srtp.SrtpProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// That the benchmarks measure what they say they do.
class BenchmarksTest {
    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"VP8", "OPUS"})
    void everyPacketReachesEverySubscriber(Codec codec) {
        var benchmark = new ForwardBenchmark();
        benchmark.codec = codec;
        benchmark.subscribers = 10;
        benchmark.setUp();

        for (var i = 0; i < 100; i++) {
            benchmark.forward();
        }

        assertThat(benchmark.sent()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @EnumSource(HeaderBenchmark.Rewrite.class)
    void everyPacketIsRewrittenAndItsPayloadOnlyWhereItMustBe(HeaderBenchmark.Rewrite rewrite) {
        var benchmark = new HeaderBenchmark();
        benchmark.rewrite = rewrite;
        benchmark.setUp();
        var before = benchmark.sent();

        for (var i = 0; i < 100; i++) {
            assertThat(benchmark.rewrite()).isEqualTo(Fate.SENT);
        }

        assertThat(benchmark.sent() - before).isEqualTo(100);
        assertThat(benchmark.copiesPayloads())
                .isEqualTo(rewrite == HeaderBenchmark.Rewrite.VP8_HEADER_AND_PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void everyPacketOfABatchIsSent(int run) {
        var benchmark = new SendBenchmark();
        benchmark.run = run;
        benchmark.setUp();

        benchmark.send();
        benchmark.drain();

        assertThat(benchmark.read()).isEqualTo(240);
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void everyPacketIsProtectedAndAcceptedAgain(SrtpProfile profile) {
        var benchmark = new SrtpBenchmark();
        benchmark.profile = profile;
        benchmark.setUp();

        for (var i = 0; i < 5_000; i++) {
            assertThat(benchmark.protect()).isEqualTo(1_200 + profile.rtpOverheadBytes());
            assertThat(benchmark.unprotect()).isEqualTo(1_200);
        }
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void everySubscriberOfABurstGetsAPacket(SrtpProfile profile) {
        var benchmark = new SrtpBurstBenchmark();
        benchmark.profile = profile;
        benchmark.setUp();

        assertThat(benchmark.protectForAll()).isEqualTo(50 * (1_200 + profile.rtpOverheadBytes()));
    }
}
