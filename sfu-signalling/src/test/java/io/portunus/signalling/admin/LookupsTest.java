// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.portunus.signalling.janus.ApiRefusal;
import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.RequestReader;
import io.portunus.signalling.media.EventLoopSignallingLoop;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The questions of operators to the network: names, and how STUN servers see this machine.
class LookupsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final EventLoopSignallingLoop loop = new EventLoopSignallingLoop();
    private final Lookups lookups = new Lookups(loop);
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void aNameIsResolved() throws Exception {
        loop.execute(() -> lookups.resolve(request("{\"address\":\"127.0.0.1\"}")));

        var answer = answer();

        assertThat(answer.path("janus").asText()).isEqualTo("success");
        assertThat(answer.path("ip").asText()).isEqualTo("127.0.0.1");
        assertThat(answer.path("elapsed").isIntegralNumber()).isTrue();
    }

    @Test
    void aNameThatDoesNotExistIsSaidSo() throws Exception {
        loop.execute(() -> lookups.resolve(request("{\"address\":\"no.such.name.invalid\"}")));

        var answer = answer();

        assertThat(answer.at("/error/code").asInt()).isEqualTo(490);
        assertThat(answer.at("/error/reason").asText())
                .isEqualTo("Could not resolve or reach no.such.name.invalid");
    }

    @Test
    void aStunServerTellsHowItSeesUs() throws Exception {
        try (var server = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            Thread.ofVirtual().start(() -> serve(server));
            loop.execute(() ->
                    lookups.testStun(
                            request(
                                    "{\"address\":\"127.0.0.1\",\"port\":"
                                            + server.getLocalPort()
                                            + "}")));

            var answer = answer();

            assertThat(answer.path("janus").asText()).as("%s", answer).isEqualTo("success");
            assertThat(answer.path("public_ip").asText()).isEqualTo("127.0.0.1");
            assertThat(answer.path("public_port").asInt()).isPositive();
        }
    }

    @Test
    void noMoreThanAFewAreAskedAtOnce() throws Exception {
        var silent = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
        var refused = new LinkedBlockingQueue<Integer>();
        var ask = "{\"address\":\"127.0.0.1\",\"port\":" + silent.getLocalPort() + "}";
        loop.execute(() -> {
            for (var i = 0; i <= Lookups.MAX_AT_ONCE; i++) {
                try {
                    lookups.testStun(request(ask));
                } catch (ApiRefusal e) {
                    refused.add(i);
                }
            }
        });

        assertThat(refused.poll(10, TimeUnit.SECONDS))
                .as("the first question that was one too many")
                .isEqualTo(Lookups.MAX_AT_ONCE);
        // A closed port says so, which ends those that wait.
        silent.close();
        for (var i = 0; i < Lookups.MAX_AT_ONCE; i++) {
            assertThat(answer().path("janus").asText()).isEqualTo("error");
        }
        loop.execute(() -> lookups.resolve(request("{\"address\":\"127.0.0.1\"}")));
        assertThat(answer().path("janus").asText()).as("once there is room").isEqualTo("success");
    }

    @Test
    void onlyAGoodAnswerToThisRequestCounts() {
        var question = new StunQuestion();
        var good = answerTo(question.request(), new InetSocketAddress(LOOPBACK, 5_000));

        assertThat(question.answer(good, good.length))
                .isEqualTo(new InetSocketAddress(LOOPBACK, 5_000));
        assertThat(new StunQuestion().answer(good, good.length))
                .as("the answer to another request")
                .isNull();
        for (var length = 0; length < good.length; length++) {
            assertThat(question.answer(good, length)).as("cut to %s bytes", length).isNull();
        }
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++) {
            var bent = good.clone();
            for (var flips = random.nextInt(1, 4); flips > 0; flips--) {
                bent[random.nextInt(bent.length)] = (byte) random.nextInt(256);
            }
            var seen = question.answer(bent, bent.length);
            assertThat(seen == null || seen.getPort() <= 65_535).isTrue();
        }
    }

    @Test
    void anIpv6AddressIsRead() throws Exception {
        var question = new StunQuestion();
        var seen = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 443);

        var answer = answerTo(question.request(), seen);

        assertThat(question.answer(answer, answer.length)).isEqualTo(seen);
    }

    private static void serve(DatagramSocket server) {
        try {
            var datagram = new DatagramPacket(new byte[100], 100);
            server.receive(datagram);
            var answer =
                    answerTo(
                            Arrays.copyOf(datagram.getData(), datagram.getLength()),
                            (InetSocketAddress) datagram.getSocketAddress());
            server.send(new DatagramPacket(answer, answer.length, datagram.getSocketAddress()));
        } catch (IOException _) {
            // The test is over.
        }
    }

    /// RFC 8489 §14.2, behind an attribute that nobody asked for.
    private static byte[] answerTo(byte[] request, InetSocketAddress seen) {
        var address = seen.getAddress().getAddress();
        var mask = ByteBuffer.wrap(request, 4, 16).slice();
        var out = ByteBuffer.allocate(20 + 8 + 8 + address.length);
        out.putShort((short) 0x0101).putShort((short) (out.capacity() - 20));
        out.put(request, 4, 16);
        out.putShort((short) 0x8022).putShort((short) 3).put(new byte[] {'a', 'b', 'c', 0});
        out.putShort((short) 0x0020).putShort((short) (4 + address.length));
        out.put((byte) 0).put((byte) (address.length == 4 ? 1 : 2));
        out.putShort((short) (seen.getPort() ^ 0x2112));
        for (var i = 0; i < address.length; i++) {
            out.put((byte) (address[i] ^ mask.get(i)));
        }
        return out.array();
    }

    private AdminRequest request(String body) {
        try {
            var json = RequestReader.single(body);
            return new AdminRequest(new Desk(), json, "x", "x", "t", 0, 0);
        } catch (ApiRefusal e) {
            throw new IllegalArgumentException(e);
        }
    }

    private JsonNode answer() throws Exception {
        var answer = answers.poll(20, TimeUnit.SECONDS);
        assertThat(answer).as("an answer").isNotNull();
        return JSON.readTree(answer);
    }

    private final class Desk implements Client {
        @Override
        public void send(String json) {
            answers.add(json);
        }

        @Override
        public void probe(int waitMillis, Consumer<Boolean> answer) {
            answer.accept(true);
        }

        @Override
        public String remote() {
            return "desk";
        }
    }
}
