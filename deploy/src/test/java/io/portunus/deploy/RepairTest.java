// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.Rtcp;
import io.portunus.deploy.testkit.Rtp;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is lost on the way through the assembled server is repaired by whoever has it.
@Timeout(60)
class RepairTest {
    /// As many as every socket buffer takes. One by one they could take longer than the server
    /// keeps the first.
    private static final int BURST = 25;

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
    @DisplayName("row 27: what a viewer misses comes from the history")
    void whatASubscriberMissesComesFromTheServerWithoutThePublisher() throws InterruptedException {
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher)) {
            var section = subscriber.offer().only("video");
            var received = new ArrayList<Rtp>();
            for (var n = 0; n < 100; n += BURST) {
                exchange(publisher, subscriber, n, BURST, received);
            }
            var lost = List.of(3, 40, 41, 77, 99);

            subscriber
                    .media()
                    .sendRtcp(
                            Rtcp.nack(
                                    section.ssrcs().getFirst(),
                                    lost.stream()
                                            .map(n -> received.get(n).sequence())
                                            .toArray(Integer[]::new)));

            var repairs = new ArrayList<Rtp>();
            for (var n : lost) {
                var repair = subscriber.awaitRtp();
                repairs.add(repair);
                assertThat(repair.ssrc())
                        .as("the SSRC of the repair of packet %d", n)
                        .isEqualTo(section.ssrcs().getLast());
                assertThat(repair.payloadType()).isEqualTo(section.payloadTypes().getLast());
                assertThat(repair.originalSequence())
                        .as("the original sequence number in the repair of packet %d", n)
                        .isEqualTo(received.get(n).sequence());
                assertThat(repair.timestamp()).isEqualTo(received.get(n).timestamp());
                assertThat(repair.isMarked()).isEqualTo(received.get(n).isMarked());
                assertThat(repair.extension(section.midExtension())).isEqualTo(section.mid());
                assertThat(withoutOriginalSequence(repair))
                        .as("what the repair of packet %d holds", n)
                        .isEqualTo(received.get(n).payload());
                assertThat(repair.sequence())
                        .as("the repairs' own numbers")
                        .isEqualTo((repairs.getFirst().sequence() + repairs.size() - 1) & 0xFFFF);
            }
            askedOnlyForKeyFrames(publisher, subscriber);
        }
    }

    /// A request for a key frame comes to the publisher after all that was asked of it before.
    private static void askedOnlyForKeyFrames(
            ScriptedPublisher publisher, ScriptedSubscriber subscriber)
            throws InterruptedException {
        var atFirst =
                publisher.awaitRtcp(packet -> packet.asksForKeyFrame(publisher.video().ssrc()));
        assertThat(atFirst).as("for the new subscriber").isNotNull();
        subscriber
                .media()
                .sendRtcp(Rtcp.pictureLoss(subscriber.offer().only("video").ssrcs().getFirst()));
        var next =
                publisher.awaitRtcp(packet ->
                        packet.asksForKeyFrame(publisher.video().ssrc())
                                || !packet.missing(publisher.video().ssrc()).isEmpty());
        assertThat(next.missing(publisher.video().ssrc()))
                .as("what the publisher was asked to send again")
                .isEmpty();
    }

    private static byte[] withoutOriginalSequence(Rtp repair) {
        var payload = repair.payload();
        return Arrays.copyOfRange(payload, 2, payload.length);
    }

    @Test
    void aRepairThatIsUnderWayIsNotSentAgain() throws InterruptedException {
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher)) {
            var received = new ArrayList<Rtp>();
            exchange(publisher, subscriber, 0, 10, received);
            var ssrc = subscriber.offer().only("video").ssrcs().getFirst();
            var lost = received.get(5).sequence();
            var resent = server.count(Fate.RESENT);
            var tooSoon = server.count(Fate.RESEND_TOO_SOON);

            subscriber.media().sendRtcp(Rtcp.nack(ssrc, lost, lost, lost));

            RunningServer.await(
                    "repairs refused",
                    () -> server.count(Fate.RESEND_TOO_SOON) - tooSoon,
                    refused -> refused == 2);
            assertThat(subscriber.awaitRtp().originalSequence()).isEqualTo(lost);
            assertThat(server.count(Fate.RESENT) - resent).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("row 27: what a publisher lost is asked for")
    void whatThePublisherLostIsAskedForAndFillsTheGapOfEverySubscriber()
            throws InterruptedException {
        // The second is the one after which sequence numbers begin again at 0.
        var lost = List.of(20L, 536L, 537L, 580L);
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher)) {
            var received = new ArrayList<Rtp>();
            var again = 0;
            for (var n = 0L; n < 600; n++) {
                if (!lost.contains(n)) {
                    exchange(publisher, subscriber, n, 1, received);
                }
                if (lost.contains(n - 5)) {
                    again++;
                    repair(publisher, subscriber, n - 5, again, received);
                }
            }
            assertThat(again).isEqualTo(lost.size());
            var first = received.getFirst().sequence();
            received.sort((a, b) ->
                    ((a.sequence() - first) & 0xFFFF) - ((b.sequence() - first) & 0xFFFF));
            for (var n = 0; n < 600; n++) {
                assertThat(received.get(n).sequence())
                        .as("the number of packet %d at the subscriber", n)
                        .isEqualTo((first + n) & 0xFFFF);
                assertThat(received.get(n).payload())
                        .as("packet %d at the subscriber", n)
                        .isEqualTo(publisher.video().payload(n));
            }
        }
    }

    private static void repair(
            ScriptedPublisher publisher,
            ScriptedSubscriber subscriber,
            long n,
            int again,
            List<Rtp> received)
            throws InterruptedException {
        var sequence = (int) publisher.video().index(n) & 0xFFFF;
        publisher.awaitRtcp(packet -> packet.missing(publisher.video().ssrc()).contains(sequence));
        publisher.resendVideo(n, again);
        received.add(subscriber.awaitRtp());
    }

    private static void exchange(
            ScriptedPublisher from,
            ScriptedSubscriber to,
            long first,
            int packets,
            List<Rtp> received)
            throws InterruptedException {
        for (var n = first; n < first + packets; n++) {
            from.send(from.video(), n);
        }
        for (var n = 0; n < packets; n++) {
            received.add(to.awaitRtp());
        }
    }
}
