// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaDoor;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MediaClientTest {
    private static final int PEERS = 100_000;

    private final EventLoopSignallingLoop loop = new EventLoopSignallingLoop();
    private final MediaClient client = new MediaClient(loop, new Nowhere());

    private static final class Nowhere implements MediaDoor {
        @Override
        public int loops() {
            return 1;
        }

        @Override
        public int leastLoadedLoop() {
            return 0;
        }

        @Override
        public boolean send(int on, MediaCommand command) {
            return true;
        }
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    /// Somebody's end that gets lost would leave a ghost for ever.
    @Test
    void aFloodOfRequestsMakesNoEventGetLost() throws InterruptedException {
        var held = new CountDownLatch(1);
        var ready = new CountDownLatch(1);
        var all = new CountDownLatch(PEERS);
        var ended = new ArrayList<Long>();
        loop.execute(() -> {
            for (var i = 1L; i <= PEERS; i++) {
                client.listen(
                        new PeerId(i),
                        event -> {
                            ended.add(event.peer().value());
                            all.countDown();
                        });
            }
            ready.countDown();
            await(held);
        });
        await(ready);
        while (loop.execute(() -> {})) {
            // Until it takes nothing more.
        }

        for (var i = 1L; i <= PEERS; i++) {
            client.onEvent(new PeerEvent.Closed(new PeerId(i), PeerEnd.FAULT));
        }
        held.countDown();

        assertThat(all.await(30, TimeUnit.SECONDS)).as("every end is told").isTrue();
        assertThat(ended).as("in the order in which they came").isSorted().hasSize(PEERS);
        assertThat(client.lostEvents()).isZero();
    }

    @Test
    void aFaultInHandlingOneAnswerHoldsNothingElseUp() throws InterruptedException {
        var told = new CountDownLatch(1);
        loop.execute(() -> {
            client.listen(new PeerId(2), _ -> told.countDown());
            client.ask(
                    0,
                    request -> new PeerCommand.RestartIce(request, new PeerId(1)),
                    _ -> {
                        throw new IllegalStateException("planted");
                    },
                    () -> {
                        throw new IllegalStateException("planted too");
                    });
            client.onEvent(new PeerEvent.Heard(1, new PeerId(1), 0));
            client.onEvent(new PeerEvent.Closed(new PeerId(2), PeerEnd.FAULT));
        });
        assertThat(told.await(10, TimeUnit.SECONDS)).as("the end behind the fault").isTrue();
    }

    @Test
    void whatCannotBeKeptIsCounted() throws InterruptedException {
        var held = new CountDownLatch(1);
        loop.execute(() -> await(held));
        var tooMany = 5;
        var event = new PeerEvent.Closed(new PeerId(1), PeerEnd.FAULT);
        for (var i = 0; i < MediaClient.MAX_ARRIVED + tooMany; i++) {
            client.onEvent(event);
        }
        assertThat(client.lostEvents()).isEqualTo(tooMany);
        held.countDown();
        var later = new CountDownLatch(1);
        var heard = new ArrayList<PeerId>();
        loop.execute(() ->
                client.listen(
                        new PeerId(2),
                        closed -> {
                            heard.add(closed.peer());
                            later.countDown();
                        }));
        // Behind everything that waits, as soon as there is room.
        for (var sent = 0L; later.getCount() > 0 && sent < 1_000; sent++) {
            client.onEvent(new PeerEvent.Closed(new PeerId(2), PeerEnd.FAULT));
            later.await(10, TimeUnit.MILLISECONDS);
        }
        assertThat(heard).as("what comes afterwards").isEqualTo(List.of(new PeerId(2)));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
