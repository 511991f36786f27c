// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyFrameRequesterTest {
    private static final long MILLIS = 1_000_000;

    private final List<Long> askedAtMillis = new ArrayList<>();
    private final List<Boolean> repeats = new ArrayList<>();
    private final KeyFrameRequester requester =
            new KeyFrameRequester(
                    (again, now) -> {
                        askedAtMillis.add(now / MILLIS);
                        repeats.add(again);
                    },
                    new Wakeup());

    @Test
    void theFirstRequestLeavesAtOnceAndOthersJoinIt() {
        requester.request(5 * MILLIS);
        requester.request(6 * MILLIS);
        requester.request(50 * MILLIS);
        requester.onKeyFrame(100 * MILLIS);
        advanceTo(60_000);
        assertThat(askedAtMillis).containsExactly(5L);
    }

    @Test
    void aRequestSoonAfterAKeyFrameWaitsItsTurnAndIsNotLost() {
        requester.request(0);
        requester.onKeyFrame(100 * MILLIS);
        requester.request(120 * MILLIS);
        assertThat(askedAtMillis).containsExactly(0L);
        advanceTo(300);
        assertThat(askedAtMillis).containsExactly(0L, 300L);
    }

    @Test
    void repeatsUntilAKeyFrameComesAndEverSlowerAfterAWhile() {
        requester.request(0);
        advanceTo(30_000);
        assertThat(askedAtMillis)
                .as("quickly at first, then ever slower, then steadily")
                .startsWith(0L, 300L, 600L, 900L, 1_200L, 1_500L, 1_800L, 2_400L, 3_600L, 6_000L)
                .endsWith(10_800L, 15_600L, 20_400L, 25_200L, 30_000L)
                .hasSize(15);
        requester.onKeyFrame(30_001 * MILLIS);
        assertThat(requester.nextDeadlineNanos()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void anEncoderWhoseAnswerGotLostIsAskedAnewAndNotOnlyAgain() {
        requester.request(0);
        advanceTo(6_000);
        assertThat(repeats)
                .as("repetitions, which an encoder that has answered passes over")
                .startsWith(false, true, false, true, false, true, false);
    }

    @Test
    void aNewStreamIsAskedAtOnceForWhatTheOldOneOwed() {
        requester.request(0);
        requester.onStreamStarted(50 * MILLIS);
        assertThat(askedAtMillis).containsExactly(0L, 50L);
        assertThat(repeats).as("it has never been asked before").containsExactly(false, false);
    }

    @Test
    void asksByItselfWhenNoKeyFrameCameForTooLongWhilePacketsDo() {
        requester.longestGap(10_000 * MILLIS);
        advanceTo(60_000);
        assertThat(askedAtMillis).as("of a publisher that sends nothing").isEmpty();
        requester.onPacket(60_000 * MILLIS);
        advanceTo(69_999);
        assertThat(askedAtMillis).isEmpty();
        advanceTo(70_000);
        assertThat(askedAtMillis).containsExactly(70_000L);
    }

    private void advanceTo(long millis) {
        while (requester.nextDeadlineNanos() <= millis * MILLIS) {
            requester.onDeadline(requester.nextDeadlineNanos());
        }
    }
}
