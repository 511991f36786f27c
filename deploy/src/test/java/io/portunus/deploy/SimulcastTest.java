// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.ScriptedMedia;
import io.portunus.deploy.testkit.ScriptedPublisher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A publisher of an older SDK, which sends its camera in three sizes whatever it is answered.
@Timeout(60)
class SimulcastTest {
    private static final Duration PATIENCE = Duration.ofMillis(JanusClient.PATIENCE_MILLIS);
    private static final int PAYLOAD_TYPE = 120;
    private static final int PACKETS = 200;
    private static final int BURST = 20;

    @Test
    @DisplayName("of encodings in an SSRC group a viewer gets the smallest, unbroken")
    void aViewerGetsTheSmallestOfThemAsOneStream() throws InterruptedException {
        try (var server = RunningServer.start(Map.of());
                var host = server.client();
                var publisher =
                        new ScriptedPublisher(server.client().handle(), server.newRoom(host))) {
            var smallest = publisher.video();
            var medium = ScriptedMedia.vp8(PAYLOAD_TYPE, smallest.ssrc() + 0x10000);
            var largest = ScriptedMedia.vp8(PAYLOAD_TYPE, smallest.ssrc() + 0x20000);
            publisher.publish(offer -> offer + group(List.of(smallest, medium, largest)));
            try (var viewer = server.subscriber(publisher)) {
                var first = 0;
                for (var n = 0; n < PACKETS; n++) {
                    publisher.send(largest, n);
                    publisher.send(medium, n);
                    publisher.send(smallest, n);
                    if (n % BURST < BURST - 1) {
                        continue;
                    }
                    for (var i = n - BURST + 1; i <= n; i++) {
                        var packet = viewer.awaitRtp();
                        first = i == 0 ? packet.sequence() : first;
                        assertThat(packet.payload())
                                .as("picture that the viewer sees, packet %d", i)
                                .isEqualTo(smallest.payload(i));
                        assertThat(packet.sequence())
                                .as("number of packet %d", i)
                                .isEqualTo((first + i) & 0xFFFF);
                    }
                }
                viewer.media().catchUp(PATIENCE);
                assertThat(viewer.nextRtp(Duration.ZERO)).as("anything else").isNull();
            }
        }
    }

    /// Lines at the end of the offer, where the video is (RFC 5576 §4.2).
    private static String group(List<ScriptedMedia> encodings) {
        var ssrcs =
                encodings.stream()
                        .map(each -> Long.toString(each.ssrc()))
                        .collect(Collectors.joining(" "));
        return "a=ssrc-group:SIM "
                + ssrcs
                + "\r\n"
                + encodings.stream()
                        .skip(1)
                        .map(each -> "a=ssrc:" + each.ssrc() + " cname:c\r\n")
                        .collect(Collectors.joining());
    }
}
