// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SentLogTest {
    private final SentLog log = new SentLog();

    /// Steps of all sizes up to beyond the window, and late numbers, against a set.
    @ParameterizedTest
    @MethodSource("io.portunus.core.testkit.Seeds#all")
    void aNumberIsFreeUntilItIsUsedOrTooOld(long seed) {
        var random = new Random(seed);
        var used = new HashSet<Long>();
        long newest = random.nextInt(70_000);
        for (var i = 0; i < 3_000; i++) {
            var ahead = newest + 1 + random.nextInt(1 << random.nextInt(13));
            var late = Math.max(0, newest - random.nextInt(SentLog.WINDOW + 100));
            var number = used.isEmpty() || random.nextInt(3) > 0 ? ahead : late;
            var isFree = !used.contains(number) && number > newest - SentLog.WINDOW;
            if (number > newest || !used.isEmpty()) {
                assertThat(log.isFree(number)).as("%d of %d", number, newest).isEqualTo(isFree);
            }
            if (isFree) {
                log.use(number);
                used.add(number);
                newest = Math.max(newest, number);
            }
        }
        assertThat(log.newest()).isEqualTo(newest);
        for (var back = 0; back < SentLog.WINDOW; back++) {
            var number = newest - back;
            assertThat(log.isFree(number)).as("%d back", back).isEqualTo(!used.contains(number));
        }
    }

    @Test
    void whatSharesTheWordOfTheNewestAWindowAgoIsRemembered() {
        log.use(100);
        log.use(100 + SentLog.WINDOW - 1);
        assertThat(log.isFree(100)).isFalse();
        assertThat(log.isFree(101)).isTrue();
        log.use(101);
        assertThat(log.isFree(101)).isFalse();
    }
}
