// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portunus.core.fate.Fate;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.Rtp;
import io.portunus.deploy.testkit.ScriptedMedia;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import io.portunus.deploy.testkit.ServerSdp.Section;
import io.portunus.transport.udp.SocketKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What one person sends through the assembled server is what the others get.
@Timeout(60)
class MediaOverTheWireTest {
    private static final int VIDEO_PACKETS = 2_000;
    private static final int AUDIO_PACKETS = 1_000;

    /// As many as every socket buffer takes.
    private static final int BURST = 30;

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
    void everySubscriberGetsEveryPacketAsItsOfferSays() throws InterruptedException {
        try (var publisher = server.publisher(server.newRoom(host));
                var first = server.subscriber(publisher);
                var second = server.subscriber(publisher)) {
            var atFirst = new ArrayList<Rtp>();
            var atSecond = new ArrayList<Rtp>();
            for (var n = 0; n < VIDEO_PACKETS; ) {
                var sent = 0;
                for (; sent < BURST && n < VIDEO_PACKETS; n++) {
                    publisher.send(publisher.video(), n);
                    sent++;
                    if (n % 2 == 0) {
                        publisher.send(publisher.audio(), n / 2);
                        sent++;
                    }
                }
                receive(first, sent, atFirst);
                receive(second, sent, atSecond);
            }
            hasReceivedAll(first, publisher, atFirst);
            hasReceivedAll(second, publisher, atSecond);
        }
        tellsHowItSentThat();
        tellsHowPacketsGotThere();
    }

    private static void tellsHowPacketsGotThere() {
        var crossed = sum("portunus_packets_total\\{.*fate=\"piped\".*");
        if (Boolean.getBoolean("portunus.test.spread")) {
            assertThat(crossed).as("packets that crossed to other loops").isPositive();
        } else {
            assertThat(crossed).as("packets that crossed, where nothing is to do").isZero();
        }
    }

    private static void tellsHowItSentThat() {
        assumeTrue(SocketKind.best() == SocketKind.EPOLL, "only our own sockets tell");
        assertThat(sum("portunus_sends_total\\{.*what=\"messages\".*"))
                .as("messages, each of a packet or of a run of them")
                .isBetween(1.0, sum("portunus_packets_total\\{.*fate=\"datagram_sent\".*"));
        assertThat(sum("portunus_media_delay_seconds_count.*")).as("delays").isPositive();
        assertThat(sum("portunus_media_delay_seconds_sum.*")).as("seconds of delay").isPositive();
        assertThat(sum("portunus_media_delay_seconds_bucket.*le=\"\\+Inf\".*"))
                .isEqualTo(sum("portunus_media_delay_seconds_count.*"));
    }

    /// Over all loops.
    private static double sum(String line) {
        return server.metrics()
                .lines()
                .filter(each -> each.matches(line))
                .mapToDouble(each -> Double.parseDouble(each.substring(each.lastIndexOf(' '))))
                .sum();
    }

    private static void receive(ScriptedSubscriber subscriber, int packets, List<Rtp> received)
            throws InterruptedException {
        for (var i = 0; i < packets; i++) {
            received.add(subscriber.awaitRtp());
        }
    }

    private static void hasReceivedAll(
            ScriptedSubscriber subscriber, ScriptedPublisher publisher, List<Rtp> received) {
        var audio = subscriber.offer().only("audio");
        var video = subscriber.offer().only("video");
        isAllOf(publisher.audio(), AUDIO_PACKETS, audio, received);
        isAllOf(publisher.video(), VIDEO_PACKETS, video, received);
        picturesAreCounted(in(video, received));
        assertThat(received).as("nothing else").hasSize(AUDIO_PACKETS + VIDEO_PACKETS);
    }

    private static List<Rtp> in(Section section, List<Rtp> received) {
        var ssrc = section.ssrcs().getFirst();
        return received.stream().filter(packet -> packet.ssrc() == ssrc).toList();
    }

    private static void isAllOf(
            ScriptedMedia sent, int packets, Section section, List<Rtp> received) {
        var stream = in(section, received);
        assertThat(stream).as("packets of %s", section.media()).hasSize(packets);
        var first = stream.getFirst();
        for (var n = 0; n < packets; n++) {
            var packet = stream.get(n);
            var name = section.media() + " packet " + n;
            assertThat(packet.payloadType())
                    .as("payload type of %s", name)
                    .isEqualTo(section.payloadTypes().getFirst());
            assertThat(packet.sequence())
                    .as("sequence number of %s", name)
                    .isEqualTo((first.sequence() + n) & 0xFFFF);
            assertThat(packet.timestamp() - first.timestamp())
                    .as("timestamp of %s", name)
                    .isEqualTo(sent.timestamp(n) - sent.timestamp(0));
            assertThat(packet.isMarked()).as("marker of %s", name).isEqualTo(sent.isMarked(n));
            assertThat(packet.extension(section.midExtension()))
                    .as("mid of %s", name)
                    .isEqualTo(section.mid());
            assertThat(content(section, packet.payload()))
                    .as("payload of %s", name)
                    .isEqualTo(content(section, sent.payload(n)));
        }
    }

    /// All but the VP8 descriptor, whose numbers are each subscriber's own.
    private static byte[] content(Section section, byte[] payload) {
        var from = section.media().equals("video") ? ScriptedMedia.VP8_DESCRIPTOR_BYTES : 0;
        return Arrays.copyOfRange(payload, from, payload.length);
    }

    private static void picturesAreCounted(List<Rtp> video) {
        var expected = pictureId(video.getFirst());
        for (var packet : video) {
            assertThat(pictureId(packet)).isEqualTo(expected & 0x7FFF);
            if (packet.isMarked()) {
                expected++;
            }
        }
    }

    private static int pictureId(Rtp packet) {
        var payload = packet.payload();
        return ((payload[2] & 0x7F) << 8) | (payload[3] & 0xFF);
    }

    @Test
    @DisplayName("row 24: a switch is one unbroken stream that begins with a key frame")
    void whoSwitchesToAnotherPublisherGetsOneUnbrokenStream() throws InterruptedException {
        var room = server.newRoom(host);
        try (var before = server.publisher(room);
                var after = server.publisher(room);
                var subscriber = server.subscriber(before)) {
            var received = new ArrayList<Rtp>();
            exchange(before, subscriber, 100, received);
            var switched =
                    subscriber
                            .handle()
                            .ask(
                                    ("{\"request\":\"switch\",\"streams\":["
                                                    + "{\"feed\":%d,\"mid\":\"v\",\"sub_mid\":\"1\"}]}")
                                            .formatted(after.id()));
            assertThat(switched.path("switched").asText()).as("%s", switched).isEqualTo("ok");
            // The switch has reached the loop that the new publisher is on.
            after.awaitRtcp(packet -> packet.asksForKeyFrame(after.video().ssrc()));
            exchange(after, subscriber, 100, received);

            var first = received.getFirst().sequence();
            for (var n = 0; n < 200; n++) {
                var packet = received.get(n);
                var sent = (n < 100 ? before : after).video();
                var payload = sent.payload(n % 100);
                assertThat(packet.sequence())
                        .as("sequence number of packet %d", n)
                        .isEqualTo((first + n) & 0xFFFF);
                assertThat(content(subscriber.offer().only("video"), packet.payload()))
                        .as("payload of packet %d", n)
                        .isEqualTo(content(subscriber.offer().only("video"), payload));
            }
            picturesAreCounted(received);
        }
    }

    private static void exchange(
            ScriptedPublisher from, ScriptedSubscriber to, int packets, List<Rtp> received)
            throws InterruptedException {
        for (var n = 0; n < packets; n++) {
            from.send(from.video(), n);
            received.add(to.awaitRtp());
        }
    }

    @Test
    @DisplayName("row 36: an ICE restart of a viewer loses nothing")
    void anIceRestartOfASubscriberLosesNothing() throws InterruptedException {
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher)) {
            var received = new ArrayList<Rtp>();
            var before = subscriber.offer().transport();
            exchange(publisher, subscriber, 50, received);
            var answered = subscriber.media().checksAnswered();

            subscriber.restartIce();

            assertThat(subscriber.offer().transport().ufrag()).isNotEqualTo(before.ufrag());
            assertThat(subscriber.offer().transport().password()).isNotEqualTo(before.password());
            RunningServer.await(
                    "checks answered with the new credentials",
                    () -> subscriber.media().checksAnswered(),
                    now -> now > answered);
            for (var n = 50; n < 100; n++) {
                publisher.send(publisher.video(), n);
                var packet = subscriber.awaitRtp();
                assertThat(packet.sequence())
                        .as("the number of packet %d", n)
                        .isEqualTo((received.getFirst().sequence() + n) & 0xFFFF);
                assertThat(packet.payload()).isEqualTo(publisher.video().payload(n));
            }
            assertThat(subscriber.handle().count("webrtcup"))
                    .as("it is the same connection")
                    .isEqualTo(1);
        }
    }

    @Test
    void aClientWhoseAnswerIsLateIsConnectedWhenItComes() throws InterruptedException {
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber =
                        new ScriptedSubscriber(
                                server.client().handle(), publisher.room(), publisher.id())) {
            var heard = server.count(Fate.DTLS_RECEIVED);

            subscriber.connect();
            RunningServer.await(
                    "DTLS that came before the answer",
                    () -> server.count(Fate.DTLS_RECEIVED),
                    now -> now > heard);
            assertThat(subscriber.media().checksAnswered())
                    .as("checks answered before the client's answer came")
                    .isPositive();
            assertThatThrownBy(() -> subscriber.media().awaitConnected(Duration.ofSeconds(2)))
                    .as("nobody is trusted whose fingerprint is unknown")
                    .hasMessageContaining("does not get connected");

            subscriber.answer();
            subscriber.awaitUp();
            exchange(publisher, subscriber, 10, new ArrayList<>());
        }
    }
}
