// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NackGeneratorTest {
    private static final long MILLIS = 1_000_000;

    private final List<Long> requested = new ArrayList<>();
    private final Wakeup wakeup = new Wakeup();
    private final NackGenerator generator =
            new NackGenerator(
                    (indexes, count, _) -> {
                        for (var i = 0; i < count; i++) {
                            requested.add(indexes[i]);
                        }
                    },
                    wakeup);

    @Test
    void asksForAGapAtOnceWhenItCannotBeReorderingAndAgainAfterOneRoundTrip() {
        generator.onRoundTripTime(80 * MILLIS);
        receive(0, 10, 12, 13);
        assertThat(requested).isEmpty();
        receive(0, 14);
        assertThat(requested).containsExactly(11L);

        advanceTo(79);
        assertThat(requested).containsExactly(11L);
        advanceTo(80);
        assertThat(requested).containsExactly(11L, 11L);
    }

    @Test
    void asksAfterTenMillisecondsWhenNothingMoreComes() {
        receive(0, 10, 12);
        advanceTo(9);
        assertThat(requested).isEmpty();
        advanceTo(10);
        assertThat(requested).containsExactly(11L);
    }

    @Test
    void neverAsksForWhatWasMerelyOvertaken() {
        receive(0, 10, 12, 13, 11, 14, 15);
        advanceTo(2_000);
        assertThat(requested).isEmpty();
        assertThat(generator.nextDeadlineNanos()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void asksTenTimesAtMost() {
        receive(0, 10, 12, 13, 14);
        advanceTo(60_000);
        assertThat(requested).hasSize(NackGenerator.MAX_ATTEMPTS).containsOnly(11L);
        assertThat(generator.nextDeadlineNanos()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void asksForTheNewestOfALongGapOnly() {
        receive(0, 10, 3_000);
        advanceTo(10);
        assertThat(requested)
                .hasSize(NackGenerator.MAX_MISSING)
                .startsWith(3_000L - NackGenerator.MAX_MISSING)
                .endsWith(2_999L)
                .isSorted();
    }

    @Test
    void asksForWhatALateBeginningShowsMissing() {
        receive(0, 13, 14, 15, 16, 10);
        advanceTo(1);
        assertThat(requested).containsExactly(11L, 12L);
    }

    @Test
    void asksMoreOftenWhenRepairsComeSooner() {
        receive(0, 10, 12, 13, 14);
        receive(20 * MILLIS, 11);
        requested.clear();
        receive(30 * MILLIS, 16, 17, 18);
        advanceTo(30 + 79);
        assertThat(requested).containsExactly(15L);
        advanceTo(30 + 80);
        assertThat(requested).containsExactly(15L, 15L);
    }

    @Test
    void lowersTheWakeUpToItsDeadline() {
        receive(0, 10, 12);
        assertThat(wakeup.nextNanos()).isEqualTo(10 * MILLIS);
    }

    private void receive(long nowNanos, long... indexes) {
        for (var index : indexes) {
            generator.onPacket(index, nowNanos);
        }
    }

    /// Fires every deadline up to `millis`, as a media loop would.
    private void advanceTo(long millis) {
        while (generator.nextDeadlineNanos() <= millis * MILLIS) {
            generator.onDeadline(generator.nextDeadlineNanos());
        }
    }
}
