// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The call that a server has with itself, beside the calls that people have.
@Timeout(60)
class WarmUpTest {
    private static final Map<String, String> WARM = Map.of("MEDIA_WARM_UP", "true");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void whoeverComesMeanwhileIsServed() throws InterruptedException {
        try (var server = RunningServer.start(WARM)) {
            var warmUp = warmUp();
            assertThat(warmUp).as("the thread that warms up").isPresent();
            try (var host = server.client();
                    var publisher = server.publisher(server.newRoom(host));
                    var subscriber = server.subscriber(publisher)) {
                publisher.send(publisher.audio(), 1);

                assertThat(subscriber.nextRtp(PATIENCE)).as("what the publisher said").isNotNull();
                assertThat(warmUp.orElseThrow().join(PATIENCE)).as("it comes to its end").isTrue();
                assertThat(server.count(Fate.RECEIVED))
                        .as("packets that operators see")
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void aServerThatStopsMeanwhileLeavesNothingOfIt() {
        var server = RunningServer.start(WARM);

        server.close();

        assertThat(warmUp()).as("the thread that warms up").isEmpty();
    }

    private static Optional<Thread> warmUp() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("warm-up"))
                .findFirst();
    }
}
