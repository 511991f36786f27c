// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.portunus.transport.udp.NettyTimer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WakeupTest {
    private static final long MILLIS = 1_000_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<Long> wokenAtMillis = new ArrayList<>();
    private final Wakeup wakeup =
            new Wakeup(
                    channel.eventLoop(),
                    this::onTime,
                    onTime -> new NettyTimer(channel.eventLoop(), onTime));
    private long nowMillis;

    @BeforeEach
    void timeStandsStill() {
        channel.freezeTime();
    }

    @Test
    void wakesOnceAtTheEarliestMomentThatWasWanted() {
        want(30, 10, 20);

        advance(9);
        assertThat(wokenAtMillis).isEmpty();
        advance(1);
        assertThat(wokenAtMillis).containsExactly(10L);
        advance(100);
        assertThat(wokenAtMillis).containsExactly(10L);
    }

    @Test
    void isMovedUpByAnEarlierWishAndNotBackByALaterOne() {
        want(50);
        want(20);
        want(70);

        advance(100);

        assertThat(wokenAtMillis).containsExactly(20L);
    }

    @Test
    void wakesAgainForWhatIsWantedAfterwards() {
        want(10);
        advance(10);
        want(25);
        advance(15);

        assertThat(wokenAtMillis).containsExactly(10L, 25L);
    }

    @Test
    void givesPacketsTheirTurnBeforeSomebodyWhoIsAlwaysDue() {
        want(0);
        advance(0);

        assertThat(wokenAtMillis).isEmpty();
        advance(1);
        assertThat(wokenAtMillis).hasSize(1);
    }

    @Test
    void whatIsDoneEarlyIsDoneOnceAndAtOnceAndNotAgainOnTime() {
        want(20);
        advance(5);
        wakeup.early();
        wakeup.early();
        want(20);
        assertThat(wokenAtMillis).as("as a part of the step that is going on").isEmpty();
        channel.runPendingTasks();
        assertThat(wokenAtMillis).containsExactly(5L);
        want(60);
        advance(40);
        assertThat(wokenAtMillis).containsExactly(5L);
        advance(30);
        assertThat(wokenAtMillis).containsExactly(5L, 60L);
    }

    @Test
    void whatGivesWayToTheSocketsAloneDoesNotWaitLonger() {
        want(20);
        advance(5);
        wakeup.afterSockets(nowMillis * MILLIS);
        assertThat(wokenAtMillis).as("as a part of the step that is going on").isEmpty();
        channel.advanceTimeBy(1, TimeUnit.MICROSECONDS);
        channel.runScheduledPendingTasks();
        assertThat(wokenAtMillis).containsExactly(5L);
        advance(30);
        assertThat(wokenAtMillis).containsExactly(5L);
    }

    private void onTime() {
        wakeup.onTime();
        wokenAtMillis.add(nowMillis);
    }

    private void want(long... millis) {
        for (var at : millis) {
            wakeup.want(at * MILLIS);
        }
        wakeup.set(nowMillis * MILLIS);
    }

    /// In steps, so that each timer goes off in its own millisecond.
    private void advance(long millis) {
        for (var i = 0; i < millis; i++) {
            nowMillis++;
            channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}
