// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InboxPaceTest {
    private static final long TURN = 500_000;

    private final InboxPace pace = new InboxPace();
    private long now = 1_000_000_000;

    @Test
    void workThatFollowsAtOnceWaitsAfterAWhileAndGoesOnWithTheTimer() {
        var turns = 0;
        while (pace.mayLook(now)) {
            work();
            turns++;
        }
        assertThat(turns * TURN)
                .as("before the sockets got their turn")
                .isBetween(InboxPace.MOST_NANOS, InboxPace.MOST_NANOS + TURN);

        now += 100_000;
        assertThat(pace.onTimer(now)).as("it has waited for the timer").isTrue();
        work();
        assertThat(pace.mayLook(now)).as("a while begins anew").isTrue();
    }

    @Test
    void workWithPausesNeverWaits() {
        for (var i = 0; i < 100; i++) {
            assertThat(pace.mayLook(now)).isTrue();
            work();
            now += InboxPace.AT_ONCE_NANOS + 1;
        }
        assertThat(pace.onTimer(now)).as("nothing has waited").isFalse();
    }

    private void work() {
        now += TURN;
        pace.done(now);
    }
}
