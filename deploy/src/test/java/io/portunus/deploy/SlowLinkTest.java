// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.JanusHandle;
import io.portunus.deploy.testkit.Rtcp;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whose packets get lost is told so by the assembled server, where the operator wishes it.
@Timeout(60)
class SlowLinkTest {

    private static RunningServer server;
    private static JanusClient host;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of("MEDIA_SLOWLINK_THRESHOLD", "10"));
        host = server.client();
    }

    @AfterAll
    static void stop() {
        host.close();
        server.close();
    }

    @Test
    void aPublisherWhosePacketsDoNotArriveIsTold() {
        try (var publisher = server.publisher(server.newRoom(host))) {
            publisher.handle().ask("{\"request\":\"configure\",\"bitrate\":256000}");

            send(publisher, 0, 10);
            send(publisher, 40, 10);

            assertThat(slowLink(publisher.handle()))
                    .isEqualTo(expected(publisher.handle(), "v", false, 30));
            assertThat(pluginEvent(publisher.handle()))
                    .isEqualTo(
                            JanusClient.json(
                                    "{\"videoroom\":\"slow_link\",\"current-bitrate\":256000}"));
            awaitSilence(publisher);
            assertThat(publisher.handle().count("slowlink"))
                    .as("how often it was told of one loss")
                    .isEqualTo(1);
        }
    }

    @Test
    void aSubscriberWhoReportsLossesIsTold() throws InterruptedException {
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher)) {
            var newest = 0;
            for (var n = 0; n < 50; n++) {
                publisher.send(publisher.video(), n);
                newest = subscriber.awaitRtp().sequence();
            }

            report(subscriber, 3, newest);
            report(subscriber, 28, newest);

            assertThat(slowLink(subscriber.handle()))
                    .isEqualTo(
                            expected(
                                    subscriber.handle(),
                                    subscriber.offer().only("video").mid(),
                                    true,
                                    25));
            assertThat(pluginEvent(subscriber.handle()))
                    .isEqualTo(JanusClient.json("{\"videoroom\":\"slow_link\"}"));
            awaitSilence(publisher);
            assertThat(publisher.handle().count("slowlink"))
                    .as("what the publisher hears of another's losses")
                    .isZero();
        }
    }

    private static void send(ScriptedPublisher publisher, int first, int packets) {
        for (var n = first; n < first + packets; n++) {
            publisher.send(publisher.video(), n);
        }
    }

    /// At least one further second has been looked at.
    private static void awaitSilence(ScriptedPublisher publisher) {
        publisher
                .handle()
                .await(message ->
                        message.path("janus").asText().equals("media")
                                && !message.path("receiving").asBoolean());
    }

    private static void report(ScriptedSubscriber subscriber, int lost, int newest) {
        var ssrc = subscriber.offer().only("video").ssrcs().getFirst();
        subscriber.media().sendRtcp(Rtcp.receiverReport(ssrc, lost, newest));
    }

    private static JsonNode slowLink(JanusHandle handle) {
        return handle.await("slowlink");
    }

    private static JsonNode pluginEvent(JanusHandle handle) {
        return handle.await(message -> data(message).path("videoroom").asText().equals("slow_link"))
                .path("plugindata")
                .path("data");
    }

    private static JsonNode data(JsonNode message) {
        return message.path("plugindata").path("data");
    }

    private static JsonNode expected(JanusHandle handle, String mid, boolean uplink, int lost) {
        var session = handle.told().getLast().path("session_id").asLong();
        var expected = (ObjectNode) JanusClient.json("{\"janus\":\"slowlink\"}");
        return expected.put("session_id", session)
                .put("sender", handle.id())
                .put("mid", mid)
                .put("media", "video")
                .put("uplink", uplink)
                .put("lost", lost)
                .put("nacks", lost);
    }
}
