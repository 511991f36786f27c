// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RoomId;
import io.portunus.core.pipe.PipeWriter;
import io.portunus.core.time.Wakeup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoopOutboxTest {
    private static final RoomId ROOM = new RoomId(7);
    private static final int STUCK = 1;
    private static final int HEALTHY = 2;

    private final Others others = new Others();
    private final LoopOutbox outbox = new LoopOutbox(others, new Wakeup());

    @Test
    void aLoopThatTakesNothingKeepsNoOtherWaiting() {
        others.stuck.add(STUCK);
        outbox.tell(STUCK, demand(1));
        outbox.tell(HEALTHY, demand(2));

        assertThat(others.taken).as("told to the loop that listens").containsExactly(demand(2));
        assertThat(outbox.hasWaiting(STUCK)).isTrue();
        assertThat(outbox.hasWaiting(HEALTHY)).isFalse();
    }

    @Test
    void whatWaitedGoesOutInItsOrder() {
        others.stuck.add(STUCK);
        outbox.tell(STUCK, demand(1));
        outbox.tell(STUCK, demand(2));
        outbox.onDeadline(0);
        assertThat(outbox.nextDeadlineNanos()).isEqualTo(LoopOutbox.RETRY_NANOS);

        others.stuck.clear();
        outbox.tell(STUCK, demand(3));
        outbox.onDeadline(LoopOutbox.RETRY_NANOS);

        assertThat(others.taken).containsExactly(demand(1), demand(2), demand(3));
        assertThat(outbox.hasWaiting(STUCK)).isFalse();
    }

    @Test
    void theEndOfARoomIsToldHoweverMuchWaits() {
        others.stuck.add(STUCK);
        for (var i = 0; i < LoopOutbox.MAX_WAITING; i++) {
            outbox.tell(STUCK, demand(i));
        }
        assertThatThrownBy(() -> outbox.tell(STUCK, demand(0)))
                .isInstanceOf(IllegalStateException.class);
        var end = new LoopCommand.EndMirror(ROOM, PeerEnd.DTLS_CLOSED);
        outbox.tell(STUCK, end);

        others.stuck.clear();
        outbox.onDeadline(0);
        assertThat(others.taken).as("what the other loop hears last").endsWith(end);
    }

    private static LoopCommand demand(long track) {
        return new LoopCommand.Demand(ROOM, 0, track, 1, false);
    }

    private static final class Others implements OtherLoops {
        private final List<LoopCommand> taken = new ArrayList<>();
        private final Set<Integer> stuck = new HashSet<>();

        @Override
        public int self() {
            return 0;
        }

        @Override
        public boolean send(int loop, LoopCommand command) {
            return !stuck.contains(loop) && taken.add(command);
        }

        @Override
        public PipeWriter pipeTo(int loop) {
            throw new UnsupportedOperationException();
        }
    }
}
