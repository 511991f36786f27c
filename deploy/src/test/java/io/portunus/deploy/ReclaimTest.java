// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.testkit.JanusClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Sessions that outlive their connections and drains, on the assembled server over real sockets.
class ReclaimTest {
    @Test
    void whoComesBackGetsWhatItMissedAndWhoDoesNotIsGone() {
        try (var server =
                        RunningServer.start(
                                Map.of("SIGNALLING_RECLAIM_SESSION_TIMEOUT_SECONDS", "5"));
                var witness = new JanusClient(server.address());
                var first = new JanusClient(server.address());
                var second = new JanusClient(server.address())) {
            witness.message("{\"request\":\"create\",\"room\":77,\"notify_joining\":true}");
            first.join(77, 5);

            first.reset();
            RunningServer.await(
                    "connections",
                    () -> server.whatIsThere().getOrDefault("portunus_websockets", 0L),
                    count -> count == 2);
            witness.join(77, 6);
            var claimed = second.claim(first.session());

            assertThat(claimed.path("janus").asText()).isEqualTo("success");
            var missed =
                    second.await(message -> message.path("janus").asText().equals("event"), 5_000)
                            .message();
            assertThat(missed.path("session_id").asLong()).isEqualTo(first.session());
            var joining = missed.path("plugindata").path("data").path("joining");
            assertThat(joining.path("id").asLong())
                    .as("who joined while the connection was gone")
                    .isEqualTo(6);
            second.reset();
            witness.awaitLeaving(5, 10_000);
        }
    }
}
