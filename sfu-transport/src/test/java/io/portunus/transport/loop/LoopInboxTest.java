// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LoopInboxTest {
    private final List<Runnable> turns = new ArrayList<>();
    private final LoopInbox inbox = new LoopInbox(turns::add, () -> {});

    @Test
    void givesCommandsInTheOrderTheyCameAndAsksForOneTurn() {
        for (var i = 1; i <= 100; i++) {
            assertThat(inbox.offer(command(i))).isTrue();
        }

        assertThat(turns).hasSize(1);
        assertThat(inbox.waiting()).isEqualTo(100);
        inbox.startTurn();
        for (var i = 1; i <= 100; i++) {
            assertThat(inbox.nextCommand()).isEqualTo(command(i));
        }
        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    void asksForAnotherTurnOnceOneHasStarted() {
        inbox.offer(command(1));
        inbox.startTurn();

        inbox.offer(command(2));

        assertThat(turns).hasSize(2);
    }

    @Test
    void refusesWhenFullAndTakesAgainWhenThereIsRoom() {
        for (var i = 0; i < LoopInbox.COMMANDS; i++) {
            assertThat(inbox.offer(command(i))).isTrue();
        }

        assertThat(inbox.offer(command(-1))).isFalse();

        assertThat(inbox.nextCommand()).isEqualTo(command(0));
        assertThat(inbox.offer(command(-2))).isTrue();
    }

    @Test
    void refusesOnceClosed() {
        inbox.close();

        assertThat(inbox.offer(command(1))).isFalse();
    }

    @Test
    void refusesWhenTheLoopTakesNoTurnsAnyMore() {
        var dead =
                new LoopInbox(
                        _ -> {
                            throw new RejectedExecutionException("shut down");
                        },
                        () -> {});

        assertThat(dead.offer(command(1))).isFalse();
        assertThat(dead.offer(command(2))).isFalse();
    }

    private static PeerCommand command(long request) {
        return new PeerCommand.Probe(request, new PeerId(1));
    }
}
