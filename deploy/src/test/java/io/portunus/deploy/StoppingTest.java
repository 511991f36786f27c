// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerEnd;
import io.portunus.deploy.testkit.JanusClient;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How the assembled server stops while people talk.
@Timeout(60)
class StoppingTest {
    private static final Duration PATIENCE = Duration.ofMillis(JanusClient.PATIENCE_MILLIS);

    @Test
    void everybodyIsToldAndThePortsAreFree() throws Exception {
        var server = RunningServer.start(Map.of());
        var room = server.newRoom(server.client());
        try (var publisher = server.publisher(room);
                var subscriber = server.subscriber(publisher)) {
            publisher.send(publisher.video(), 0);
            subscriber.awaitRtp();

            server.close();

            for (var handle : List.of(publisher.handle(), subscriber.handle())) {
                assertThat(handle.await("hangup").path("reason").asText())
                        .isEqualTo(PeerEnd.SERVER_STOPPING.apiReason());
                assertThat(handle.countEvents("destroyed"))
                        .as("how often they were told that the room is no more")
                        .isEqualTo(1);
                assertThat(handle.count("hangup")).isEqualTo(1);
            }
            for (var media : List.of(publisher.media(), subscriber.media())) {
                assertThat(media.awaitEnd(PATIENCE))
                        .as("the goodbye of DTLS")
                        .isEqualTo(PeerEnd.DTLS_CLOSED);
            }
            var port = publisher.answer().transport().candidates().getFirst();
            try (var again =
                    new DatagramSocket(new InetSocketAddress(port.address(), port.port()))) {
                assertThat(again.getLocalPort()).isEqualTo(port.port());
            }
        }
    }
}
