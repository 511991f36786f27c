// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.Rtcp;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// When the assembled server asks a publisher for a key frame.
@Timeout(60)
class KeyFrameTest {
    private static final int ROUNDS = 9;
    private static final Duration PATIENCE = Duration.ofMillis(JanusClient.PATIENCE_MILLIS);

    /// Longer than between two requests while nothing comes.
    private static final Duration TWO_RETRIES = Duration.ofMillis(650);

    private static RunningServer server;
    private static JanusClient host;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of());
        host = server.client();
    }

    @AfterAll
    static void stop() {
        host.close();
        server.close();
    }

    @Test
    void aNewSubscriberMakesThePublisherBeAskedAtOnce() throws InterruptedException {
        var millis = new ArrayList<Double>();
        for (var round = 0; round < ROUNDS; round++) {
            try (var publisher = server.publisher(server.newRoom(host));
                    var subscriber = attach(publisher)) {
                subscriber.answer();
                publisher.media().catchUp(PATIENCE);
                assertThat(publisher.nextRtcp(asks(publisher), Duration.ZERO))
                        .as("a request before there is anybody to show it to")
                        .isNull();

                subscriber.connect();
                publisher.awaitRtcp(asks(publisher));
                var askedAtNanos = System.nanoTime();

                subscriber.awaitUp();
                var nanos = askedAtNanos - subscriber.media().connectedAtNanos();
                millis.add((nanos - roundTripNanos(publisher)) / 1e6);
            }
        }
        millis.sort(null);
        System.out.println("a key frame was asked for after (ms): " + millis);
        assertThat(millis.get(ROUNDS / 2))
                .as(
                        "milliseconds from a subscriber's DTLS to the request at the publisher, without"
                                + " a round trip")
                .isLessThan(100);
    }

    /// What anything takes between the server and a client, on a machine as busy as this one is.
    private static long roundTripNanos(ScriptedPublisher publisher) {
        var from = System.nanoTime();
        publisher.media().catchUp(PATIENCE);
        return System.nanoTime() - from;
    }

    @Test
    void thePublisherIsAskedUntilAKeyFrameComes() throws InterruptedException {
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber = attach(publisher).start()) {
            for (var request = 0; request < 3; request++) {
                publisher.awaitRtcp(asks(publisher));
                // Neither sound nor the rest of a picture is one.
                publisher.send(publisher.audio(), request);
                publisher.send(publisher.video(), 1 + request);
            }
            for (var sound = 0; sound < 3; sound++) {
                assertThat(subscriber.awaitRtp().ssrc())
                        .as("only sound is sent to who has no key frame")
                        .isEqualTo(subscriber.offer().only("audio").ssrcs().getFirst());
            }

            // The next picture, whose every packet is there.
            publisher.video().keyFramesEvery(1);
            publisher.send(publisher.video(), 4);

            assertThat(subscriber.awaitRtp().payload()).isEqualTo(publisher.video().payload(4));
            publisher.media().catchUp(PATIENCE);
            while (publisher.nextRtcp(asks(publisher), Duration.ZERO) != null) {
                // It was on its way when the key frame came.
            }
            assertThat(publisher.nextRtcp(asks(publisher), TWO_RETRIES))
                    .as("a request after the key frame came")
                    .isNull();
        }
    }

    @Test
    void aPublisherThatKnowsOnlyFullIntraRequestsGetsOne() throws InterruptedException {
        var joined = new ScriptedPublisher(server.client().handle(), server.newRoom(host));
        try (var publisher = joined.publish(offer -> offer.replaceAll("a=.* nack pli\r\n", ""));
                var subscriber = attach(publisher).start()) {
            var request = publisher.awaitRtcp(asks(publisher));

            assertThat(request.isFullIntraRequest()).as("%s", request).isTrue();
            assertThat(subscriber.offer().only("video").ssrcs()).hasSize(2);
        }
    }

    private static ScriptedSubscriber attach(ScriptedPublisher publisher) {
        return new ScriptedSubscriber(server.client().handle(), publisher.room(), publisher.id());
    }

    private static Predicate<Rtcp> asks(ScriptedPublisher publisher) {
        return packet -> packet.asksForKeyFrame(publisher.video().ssrc());
    }
}
