// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.http.Entrance;
import io.portunus.signalling.http.Health;
import io.portunus.signalling.http.HttpServer;
import io.portunus.signalling.http.HttpSettings;
import io.portunus.signalling.http.Listener;
import io.portunus.signalling.http.Pages;
import io.portunus.signalling.http.Role;
import io.portunus.signalling.http.Services;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.JsonStyle;
import io.portunus.signalling.media.EventLoopSignallingLoop;
import io.portunus.signalling.rest.RestApi;
import io.portunus.signalling.rest.RestSettings;
import io.portunus.signalling.websocket.RawSocket.Frame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The API over real connections on loopback, byte by byte where a client misbehaves.
class WebSocketTest {
    private static final String PING = "{\"janus\":\"ping\",\"transaction\":\"t\"}";
    private static final String PONG = "{\"janus\":\"pong\",\"transaction\":\"t\"}";
    private static final String CREATE = "{\"janus\":\"create\",\"transaction\":\"c\"}";

    private static final EventLoopSignallingLoop LOOP = new EventLoopSignallingLoop();
    private static Gateway gateway;
    private static WebSocketUpgrade upgrade;
    private static HttpServer server;
    private static int port;

    @BeforeAll
    static void start() {
        gateway = new Gateway(GatewaySettings.defaults(), LOOP, List.of(), (_, _) -> {});
        upgrade =
                new WebSocketUpgrade(gateway, LOOP, new WebSocketSettings(1, 1, JsonStyle.COMPACT));
        var health =
                new Health() {
                    @Override
                    public boolean isHealthy() {
                        return true;
                    }

                    @Override
                    public boolean isReady() {
                        return true;
                    }
                };
        server =
                new HttpServer(
                        new Services(
                                new Entrance(
                                        upgrade, new RestApi(gateway, LOOP, RestSettings.DEFAULT)),
                                null,
                                new Pages(WebSocketTest.class, "/web"),
                                health,
                                () -> ""),
                        HttpSettings.DEFAULT);
        port = server.listen(new Listener("127.0.0.1", 0, Set.of(Role.JANUS))).getPort();
    }

    @AfterAll
    static void stop() {
        server.close();
        LOOP.close();
    }

    @BeforeEach
    void nobodyIsConnected() {
        await(() -> upgrade.connections() == 0, "connections are left of the test before");
    }

    @Test
    void theSubProtocolIsSelectedAndMessagesAreAnswered() {
        try (var socket = new RawSocket(port)) {
            assertThat(socket.request(RawSocket.upgradeRequest()))
                    .startsWith("HTTP/1.1 101")
                    .containsIgnoringCase("sec-websocket-protocol: janus-protocol\r\n");

            socket.text(PING);

            assertThat(socket.next().text()).isEqualTo(PONG);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Protocol: janus-protocol",
                "Sec-WebSocket-Protocol: chat",
                "Sec-WebSocket-Protocol: janus-admin-protocol"
            })
    void withoutTheSubProtocolTheUpgradeIsRefusedAndTheConnectionClosed(String header) {
        var request =
                RawSocket.upgradeRequest()
                        .replace(
                                "Sec-WebSocket-Protocol: janus-protocol\r\n",
                                header.endsWith(" janus-protocol") ? "" : header + "\r\n");
        try (var socket = new RawSocket(port)) {
            assertThat(socket.request(request)).startsWith("HTTP/1.1 403");
            assertThat(socket.isClosedByServer()).as("closed after the refusal").isTrue();
        }
    }

    @Test
    void amongSeveralSubProtocolsOursIsSelected() {
        try (var socket = new RawSocket(port)) {
            assertThat(
                            socket.request(
                                    RawSocket.upgradeRequest()
                                            .replace("janus-protocol", "chat, janus-protocol")))
                    .startsWith("HTTP/1.1 101")
                    .containsIgnoringCase("sec-websocket-protocol: janus-protocol\r\n");
        }
    }

    /// Each of these once left a connection behind that nobody watched.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n|",
                "Sec-WebSocket-Version: 13\r\n|",
                "Sec-WebSocket-Version: 13|Sec-WebSocket-Version: 99",
                "Sec-WebSocket-Version: 13|Sec-WebSocket-Version: 0",
                "GET /|POST /",
                "Upgrade: websocket|Upgrade: websocket, other",
                "Sec-WebSocket-Version: 13\r\n|Origin: http://localhost\r\n"
            })
    void aMalformedUpgradeIsRefusedAndTheConnectionClosed(String change) {
        var parts = change.split("\\|", -1);
        try (var socket = new RawSocket(port)) {
            var head = socket.request(RawSocket.upgradeRequest().replace(parts[0], parts[1]));

            assertThat(head).as("the answer to a wrong upgrade").startsWith("HTTP/1.1 4");
            assertThat(socket.isClosedByServer()).as("closed after the refusal").isTrue();
        }
        await(() -> upgrade.connections() == 0, "a refused upgrade counts as a connection");
    }

    @Test
    void aPlainRequestIsForbidden() {
        try (var socket = new RawSocket(port)) {
            assertThat(socket.request("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 403");
            assertThat(socket.isClosedByServer()).isTrue();
        }
    }

    @Test
    void severalObjectsInOneFrameAreAnsweredInOrder() {
        try (var socket = RawSocket.upgraded(port)) {
            socket.text(PING + "\n " + PING.replace("\"t\"", "\"u\"") + PING);

            assertThat(socket.next().text()).isEqualTo(PONG);
            assertThat(socket.next().text()).isEqualTo(PONG.replace("\"t\"", "\"u\""));
            assertThat(socket.next().text()).isEqualTo(PONG);
        }
    }

    @Test
    void aMessageInFragmentsIsOneMessage() {
        try (var socket = RawSocket.upgraded(port)) {
            var middle = PING.length() / 2;
            socket.frame(1, PING.substring(0, middle).getBytes(StandardCharsets.UTF_8));
            socket.frame(0x89, new byte[] {7});
            socket.frame(0x80, PING.substring(middle).getBytes(StandardCharsets.UTF_8));

            assertThat(socket.next().opcode())
                    .as("a pong amid fragments")
                    .isEqualTo(RawSocket.PONG);
            assertThat(socket.next().text()).isEqualTo(PONG);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{oops",
                "{\"janus\":\"ping\",\"janus\":\"ping\",\"transaction\":\"t\"}",
                "nul",
                ""
            })
    void whatIsNoJsonIsAnsweredAndTheConnectionGoesOn(String text) {
        try (var socket = RawSocket.upgraded(port)) {
            socket.text(text);

            assertThat(socket.next().text()).contains("\"code\":454").doesNotContain("transaction");
            socket.text(PING);
            assertThat(socket.next().text()).isEqualTo(PONG);
        }
    }

    @Test
    void deepNestingIsRefusedAndTheConnectionGoesOn() {
        try (var socket = RawSocket.upgraded(port)) {
            socket.text("{\"a\":" + "[".repeat(100_000));

            assertThat(socket.next().text()).contains("\"code\":454");
            socket.text(PING);
            assertThat(socket.next().text()).isEqualTo(PONG);
        }
    }

    @Test
    void aMessageBeyondTheLimitOfTheApiIsRefusedAndOneBeyondTheFrameLimitCloses() {
        try (var socket = RawSocket.upgraded(port)) {
            socket.text("{\"a\":\"" + "x".repeat(300_000) + "\"}");
            assertThat(socket.next().text()).contains("\"code\":454");

            socket.text("x".repeat(WebSocketSettings.MAX_MESSAGE_BYTES + 1));

            assertThat(closing(socket).closeCode()).as("too big").isIn(0, 1009);
        }
    }

    @Test
    void fragmentsWithoutEndAreNotCollectedForever() {
        try (var socket = RawSocket.upgraded(port)) {
            socket.frame(1, new byte[100_000]);
            for (var i = 0; i < 10; i++) {
                socket.frame(0, new byte[100_000]);
            }

            assertThat(closing(socket).closeCode()).as("too big").isIn(0, 1009);
        }
    }

    @Test
    void textThatIsNotUtf8ClosesTheConnection() {
        try (var socket = RawSocket.upgraded(port)) {
            var text = PING.getBytes(StandardCharsets.UTF_8);
            text[PING.indexOf("\"t\"") + 1] = (byte) 0xFF;

            socket.frame(0x81, text);

            assertThat(closing(socket).closeCode()).as("RFC 6455 §8.1").isEqualTo(1007);
        }
    }

    @Test
    void aBinaryMessageClosesTheConnection() {
        try (var socket = RawSocket.upgraded(port)) {
            socket.frame(0x82, new byte[] {1, 2, 3});

            assertThat(closing(socket).closeCode()).isEqualTo(1003);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC1, 0xB1, 0x91, 0x83, 0x8B, 0x80, 0x09})
    void framesThatBreakTheProtocolCloseTheConnection(int first) {
        try (var socket = RawSocket.upgraded(port)) {
            socket.frame(first, new byte[] {1});

            assertThat(closing(socket).closeCode())
                    .as("after a frame that starts with %x", first)
                    .isIn(0, 1002);
        }
    }

    @Test
    void aFrameWithoutMaskClosesTheConnection() {
        try (var socket = RawSocket.upgraded(port)) {
            socket.bytes(new byte[] {(byte) 0x81, 2, '{', '}'});

            assertThat(closing(socket).closeCode()).isIn(0, 1002);
        }
    }

    @Test
    void aCloseIsEchoedAndEndsTheConnection() {
        try (var socket = RawSocket.upgraded(port)) {
            socket.frame(0x88, new byte[] {3, (byte) 0xE8});

            assertThat(closing(socket).closeCode()).isEqualTo(1000);
            assertThat(socket.isClosedByServer()).isTrue();
        }
    }

    @Test
    void rubbishOfAllKindsEndsConnectionsAndNothingElse() {
        var random = new SplittableRandom(5);
        for (var i = 0; i < 60; i++) {
            try (var socket = i % 3 == 0 ? new RawSocket(port) : RawSocket.upgraded(port)) {
                var rubbish = new byte[random.nextInt(1, 2_000)];
                random.nextBytes(rubbish);
                socket.bytes(rubbish);
            }
        }
        try (var socket = RawSocket.upgraded(port)) {
            socket.text(PING);
            assertThat(socket.next().text()).as("the next client is served").isEqualTo(PONG);
        }
        await(() -> upgrade.connections() <= 1, "connections are left of clients that are gone");
    }

    @Test
    void aConnectionThatIsResetTakesItsSessionsWithIt() {
        var before = sessions();
        var socket = RawSocket.upgraded(port);
        socket.text(CREATE + CREATE);
        socket.next();
        socket.next();
        assertThat(sessions()).isEqualTo(before + 2);

        socket.reset();

        await(() -> sessions() == before, "sessions are left of a connection that was reset");
    }

    @Test
    void whoAnswersNoPingIsDroppedAndItsSessionWithIt() {
        var before = sessions();
        try (var silent = RawSocket.upgraded(port)) {
            silent.text(CREATE);
            silent.next();
            var from = System.nanoTime();

            assertThat(silent.isClosedByServer()).as("dropped").isTrue();

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from))
                    .as("milliseconds, with a ping each second and a second's patience")
                    .isBetween(1_000L, 5_000L);
            await(() -> sessions() == before, "the session of a dropped client is left");
        }
    }

    @Test
    void whoDoesNotReadIsDroppedBeforeItFillsTheMemory() {
        try (var deaf = RawSocket.upgraded(port)) {
            assertThat(upgrade.connections()).isEqualTo(1);
            var many = "{\"janus\":\"info\",\"transaction\":\"t\"}".repeat(64);
            for (var i = 0; i < 2_000 && upgrade.connections() > 0; i++) {
                deaf.text(many);
            }
            await(() -> upgrade.connections() == 0, "a client that never reads is kept");
        }
    }

    private static int sessions() {
        var count = new CompletableFuture<Integer>();
        LOOP.execute(() -> count.complete(gateway.sessions()));
        return count.orTimeout(5, TimeUnit.SECONDS).join();
    }

    /// The close frame that comes, or the end without one.
    private static Frame closing(RawSocket socket) {
        for (; ; ) {
            var frame = socket.next();
            if (frame.opcode() == RawSocket.CLOSE || frame.opcode() == -1) {
                return frame;
            }
            assertThat(frame.opcode()).as("answered instead of closed: %s", frame).isNotEqualTo(1);
        }
    }

    /// Real sockets take a moment; what does not come within five seconds does not come.
    private static void await(java.util.function.BooleanSupplier wanted, String otherwise) {
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!wanted.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError(otherwise);
            }
            Thread.onSpinWait();
        }
    }
}
