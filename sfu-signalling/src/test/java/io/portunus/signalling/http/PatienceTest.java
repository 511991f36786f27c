// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private final HttpCounters counters = new HttpCounters();
    private final Patience patience = new Patience(10, counters);
    private final EmbeddedChannel channel = new EmbeddedChannel(patience);

    PatienceTest() {
        channel.freezeTime();
    }

    @Test
    void whoSaysNothingIsDismissed() {
        pass(Patience.IDLE_SECONDS - 1);
        assertThat(channel.isOpen()).isTrue();
        pass(2);

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.refused(Refusal.IDLE)).isEqualTo(1);
    }

    @Test
    void aRequestHasItsTimeHoweverItTrickles() {
        for (var i = 0; i < 9; i++) {
            bytes();
            pass(1);
            assertThat(channel.isOpen()).as("%d s after the first byte", i + 1).isTrue();
        }
        bytes();
        pass(1);

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.refused(Refusal.TOO_SLOW)).isEqualTo(1);
    }

    @Test
    void aPollHasAsLongAsItMayTake() {
        bytes();
        patience.onRequest(true);
        patience.mayTake(40);

        pass(39);
        assertThat(channel.isOpen()).isTrue();
        pass(2);

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.refused(Refusal.UNANSWERED)).isEqualTo(1);
    }

    @Test
    void whatIsNotAnsweredSoonEnds() {
        bytes();
        patience.onRequest(true);

        pass(Patience.ANSWER_SECONDS + 1);

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.refused(Refusal.UNANSWERED)).isEqualTo(1);
    }

    @Test
    void anAnswerHasToBeFetched() {
        bytes();
        patience.onRequest(true);
        patience.onAnswer();

        pass(Patience.FETCH_SECONDS - 1);
        assertThat(channel.isOpen()).isTrue();
        pass(2);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void eachRequestHasItsOwnTime() {
        for (var i = 0; i < 20; i++) {
            bytes();
            pass(9);
            patience.onRequest(true);
            patience.onAnswer();
            patience.onIdle();
            pass(20);
        }

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aWebSocketIsSomebodyElsesMatter() {
        bytes();
        patience.onRequest(true);
        patience.leave();
        bytes();

        pass(1_000);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void whatIsNotCompleteIsBoundedOnEachConnection() {
        for (var i = 0; i < 10; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[64 << 10]));
        }
        assertThat(channel.isOpen()).as("open with 640 KiB").isTrue();

        bytes();

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.refused(Refusal.TOO_LARGE)).isEqualTo(1);
        assertThat(counters.hold(0)).as("bytes held when it is closed").isZero();
    }

    @Test
    void whatIsNotCompleteIsBoundedInAll() {
        counters.hold(Patience.MAX_HELD_BYTES_OF_ALL);

        bytes();

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatIsCompleteIsHeldNoMore() {
        bytes();
        assertThat(counters.hold(0)).isEqualTo(1);
        patience.onRequest(false);
        assertThat(counters.hold(0)).as("while another waits").isEqualTo(1);
        patience.onRequest(true);

        assertThat(counters.hold(0)).isZero();
    }

    private void bytes() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {'x'}));
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }
}
