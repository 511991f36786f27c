// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.pipe.PipeReader;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipeTurnTest {
    private static final long START = 1_000_000_000;
    private static final int BYTES = 1 << 20;

    private final Arena arena = Arena.ofConfined();
    private final List<LoopPipes> loops = new ArrayList<>();
    private final Map<PipeReader, Integer> handed = new HashMap<>();
    private int waitingInEach;
    private long nanosEach;
    private long now = START;
    private PipeTurn turn;

    @BeforeEach
    void twoLoopsFeedTheFirst() {
        for (var loop = 0; loop < 3; loop++) {
            loops.add(new LoopPipes(loop, 3, arena, BYTES));
        }
        loops.forEach(loop -> loop.connect(new TheseLoops()));
        var _ = loops.get(1).pipeTo(0);
        var _ = loops.get(2).pipeTo(0);
        turn = new PipeTurn(loops.getFirst(), this::hand, () -> now);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void whatHasTimeIsHandedOnInOneTurn() {
        waitingInEach = 100;
        nanosEach = 1_000;

        assertThat(turn.run(now)).as("more for the next turn").isFalse();

        assertThat(handed.values()).containsExactly(100, 100);
    }

    @Test
    void aLoopOfManySubscribersLooksAtItsSocketsAgainSoon() {
        waitingInEach = 10_000;
        nanosEach = 300_000;

        assertThat(turn.run(now)).as("more for the next turn").isTrue();

        assertThat(now - START)
                .as("nanoseconds in which no socket was read")
                .isLessThan(InboxPace.MOST_NANOS + 2 * PipeTurn.PACKETS * nanosEach);
        assertThat(handed.values())
                .as("packets of each pipe, of which none waits for the end of another")
                .containsExactly(PipeTurn.PACKETS, PipeTurn.PACKETS);
    }

    private boolean hand(PipeReader pipe, int most, long nowNanos) {
        assertThat(nowNanos).as("the time of the turn").isEqualTo(START);
        var before = handed.getOrDefault(pipe, 0);
        var after = Math.min(before + most, waitingInEach);
        handed.put(pipe, after);
        now += (after - before) * nanosEach;
        return after < waitingInEach;
    }

    private final class TheseLoops implements LoopPipes.Neighbours {
        @Override
        public boolean send(int loop, LoopCommand command) {
            throw new AssertionError("no command was to be sent");
        }

        @Override
        public void wake(int loop) {
            // They are asked without that.
        }

        @Override
        public LoopPipes pipesOf(int loop) {
            return loops.get(loop);
        }
    }
}
