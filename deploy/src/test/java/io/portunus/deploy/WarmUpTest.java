// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The call that a server has with itself, beside the calls that people have.
@Timeout(60)
class WarmUpTest {
    private static final Map<String, String> WARM = Map.of("MEDIA_WARM_UP", "true");

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void whoeverComesMeanwhileIsServed() throws InterruptedException {
        try (var server = RunningServer.start(WARM);
                var host = server.client();
                var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher)) {
            assertThat(threads()).as("threads that warm up").contains("warm-up");

            publisher.send(publisher.audio(), 1);

            assertThat(subscriber.nextRtp(PATIENCE)).as("what the publisher said").isNotNull();
            assertThat(server.count(Fate.RECEIVED)).as("packets that operators see").isEqualTo(1);
        }
    }

    @Test
    void aServerThatStopsMeanwhileLeavesNothingOfIt() {
        var server = RunningServer.start(WARM);

        server.close();

        assertThat(threads()).as("threads left").noneMatch(name -> name.equals("warm-up"));
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }
}
