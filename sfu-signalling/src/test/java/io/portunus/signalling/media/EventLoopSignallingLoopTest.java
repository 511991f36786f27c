// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopSignallingLoopTest {
    @Test
    void aFloodOfRequestsLeavesRoomForEvents() throws Exception {
        try (var loop = new EventLoopSignallingLoop()) {
            var busy = new CountDownLatch(1);
            var done = new CountDownLatch(1);
            loop.execute(() -> await(busy));

            var taken = 0;
            while (taken <= EventLoopSignallingLoop.MAX_QUEUED && loop.offer(() -> {})) {
                taken++;
            }

            assertThat(taken).isLessThanOrEqualTo(EventLoopSignallingLoop.MAX_OFFERED);
            assertThat(loop.execute(done::countDown)).as("an event of the media side").isTrue();
            busy.countDown();
            assertThat(done.await(5, TimeUnit.SECONDS)).as("the event is handled").isTrue();
            assertThat(loop.offer(() -> {})).as("requests are taken again").isTrue();
        }
    }

    @Test
    void aFaultInOneTaskLeavesTheOthersAlone() throws Exception {
        try (var loop = new EventLoopSignallingLoop()) {
            var done = new CountDownLatch(1);
            loop.execute(() -> {
                throw new IllegalStateException("planted");
            });
            loop.execute(done::countDown);

            assertThat(done.await(5, TimeUnit.SECONDS)).as("the next task is run").isTrue();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
