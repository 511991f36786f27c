// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.http.HttpSettings;
import io.portunus.signalling.http.Refusal;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.JsonStyle;
import io.portunus.signalling.websocket.WebSocketSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the HTTP side grants its clients, byte by byte on real connections.
class WireTest {
    private static final String PING = "{\"janus\":\"ping\",\"transaction\":\"%s\"}";
    private static final HttpSettings USUAL = HttpSettings.DEFAULT;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var closeable : open.reversed()) {
            closeable.close();
        }
    }

    @Test
    void answersComeInTheOrderOfTheRequests() {
        var server = server(USUAL);
        var session = create(server);
        var socket = connect(server);

        socket.send(
                poll(session)
                        + post("/janus", PING.formatted("a"))
                        + post("/janus", PING.formatted("b")));

        assertThat(socket.answer().body()).contains("keepalive");
        assertThat(socket.answer().body()).contains("\"a\"");
        assertThat(socket.answer().body()).contains("\"b\"");
    }

    @Test
    void aConnectionServesOneRequestAfterTheOther() {
        var server = server(USUAL);
        var socket = connect(server);

        for (var i = 0; i < 50; i++) {
            socket.send(post("/janus", PING.formatted("t" + i)));
            assertThat(socket.answer().body()).contains("\"t" + i + "\"");
        }
        socket.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(socket.answer().head()).startsWith("HTTP/1.1 404");
    }

    @Test
    void aClientThatWantsTheConnectionClosedGetsItClosed() {
        var server = server(USUAL);
        for (var head :
                new String[] {
                    "GET /janus/ping HTTP/1.0\r\n\r\n",
                    "GET /janus/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                }) {
            var socket = connect(server);
            socket.send(head);

            assertThat(socket.answer().body()).contains("pong");
            assertThat(socket.isClosedByServer()).as("closed after %s", head).isTrue();
        }
    }

    @Test
    void tooManyRequestsBehindAPollEndTheConnection() {
        var server = server(USUAL, 20);
        var session = create(server);
        var socket = connect(server);
        socket.send(poll(session));

        socket.send(post("/janus", PING.formatted("a")).repeat(40));

        assertThat(socket.isClosedByServer()).isTrue();
        awaitCount(server, Refusal.PIPELINE_FULL, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /janus HTTP/1.1\r\nHost: x\r\nX-Slow: ",
                "POST /janus HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{",
                "GET / HTTP/1.1\r\nX-Slow: "
            })
    void aRequestThatTricklesInIsCutOff(String beginning) throws Exception {
        var server = server(new HttpSettings(100, 100, 0, 1, AddressList.NONE));
        var socket = connect(server);
        var from = System.nanoTime();
        socket.send(beginning);

        while (!socket.isBroken() && millisSince(from) < 10_000) {
            socket.trySend("x");
            Thread.sleep(50);
        }

        assertThat(millisSince(from))
                .as("milliseconds that a request may trickle, with 1 s granted")
                .isBetween(900L, 7_000L);
        awaitCount(server, Refusal.TOO_SLOW, 1);
    }

    @Test
    void aRequestThatTricklesInBehindAPollIsCutOffToo() throws Exception {
        var server = server(new HttpSettings(100, 100, 0, 1, AddressList.NONE), 20);
        var socket = connect(server);
        socket.send(poll(create(server)));
        var from = System.nanoTime();
        socket.send("POST /janus HTTP/1.1\r\nX-Slow: ");

        while (!socket.isBroken() && millisSince(from) < 10_000) {
            socket.trySend("x");
            Thread.sleep(50);
        }

        assertThat(millisSince(from)).isBetween(900L, 7_000L);
        awaitCount(server, Refusal.TOO_SLOW, 1);
    }

    @Test
    void aPostWithoutABodyEndsTheConnection() {
        var server = server(USUAL);
        var socket = connect(server);

        socket.send("POST /janus HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

        assertThat(socket.isClosedByServer()).isTrue();
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        var server = server(USUAL);
        var socket = connect(server);

        socket.send("POST /janus HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n");

        assertThat(socket.answer().head()).startsWith("HTTP/1.1 413");
    }

    @Test
    void whatFitsIntoAWebSocketMessageFitsIntoABody() {
        var server = server(USUAL);
        var most = WebSocketSettings.MAX_MESSAGE_BYTES;
        var shell = "{\"janus\":\"ping\",\"transaction\":\"t\",\"x\":\"\"}".length();
        // Three bytes each, so that no limit of characters comes first.
        var filler = "€".repeat((most - shell) / 3) + "z".repeat((most - shell) % 3);
        var body = "{\"janus\":\"ping\",\"transaction\":\"t\",\"x\":\"" + filler + "\"}";
        assertThat(body.getBytes(StandardCharsets.UTF_8)).hasSize(most);

        var socket = connect(server);
        socket.send("POST /janus HTTP/1.1\r\nHost: x\r\nContent-Length: " + most + "\r\n\r\n");
        socket.send(body);
        assertThat(socket.answer().body()).contains("pong");

        var beyond = connect(server);
        beyond.send(
                "POST /janus HTTP/1.1\r\nHost: x\r\nContent-Length: " + (most + 1) + "\r\n\r\n");
        assertThat(beyond.answer().head()).startsWith("HTTP/1.1 413");
    }

    @Test
    void headersThatAreTooLongAreRefused() {
        var server = server(USUAL);
        var socket = connect(server);

        socket.send("GET /janus/ping HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");

        assertThat(socket.answer().head()).startsWith("HTTP/1.1 400");
        assertThat(socket.isClosedByServer()).isTrue();
        awaitCount(server, Refusal.MALFORMED, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n\r\n\r\n",
                "GET\r\n\r\n",
                "GET /janus/ping HTTP/9.9\r\n\r\n",
                "POST /janus HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /janus HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                "POST /janus HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /janus/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /janus/5?maxev=%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "\0\1\2\3 \u00ff\u00fe HTTP/1.1\r\n\r\n"
            })
    void nonsenseHurtsNobody(String nonsense) {
        var server = server(USUAL);
        connect(server).send(nonsense);

        var socket = connect(server);
        socket.send(post("/janus", PING.formatted("alive")));

        assertThat(socket.answer().body()).contains("alive");
    }

    @Test
    void oneAddressHasSoManyConnectionsAndNoMore() {
        var server = server(new HttpSettings(100, 3, 0, 10, AddressList.NONE));
        var sockets = new ArrayList<RawHttp>();
        for (var i = 0; i < 3; i++) {
            var socket = connect(server);
            socket.send(post("/janus", PING.formatted("a")));
            assertThat(socket.answer().body()).contains("pong");
            sockets.add(socket);
        }

        assertThat(connect(server).isClosedByServer()).as("the fourth is refused").isTrue();
        awaitCount(server, Refusal.ADDRESS_FULL, 1);
        sockets.getFirst().close();
        await(() -> answers(server), "a connection that ended makes room for another");
    }

    @Test
    void aListenerHasSoManyConnectionsAndNoMore() {
        var server = server(new HttpSettings(2, 100, 0, 10, AddressList.NONE));
        for (var i = 0; i < 2; i++) {
            var socket = connect(server);
            socket.send(post("/janus", PING.formatted("a")));
            assertThat(socket.answer().body()).contains("pong");
        }

        assertThat(connect(server).isClosedByServer()).as("the third is refused").isTrue();
        awaitCount(server, Refusal.CONNECTIONS_FULL, 1);
    }

    @Test
    void whoAsksTooOftenIsToldToWait() {
        var server = server(new HttpSettings(100, 100, 5, 10, AddressList.NONE));
        var refused = "";
        for (var i = 0; i < 20 && refused.isEmpty(); i++) {
            var socket = connect(server);
            socket.send(post("/janus", PING.formatted("a")));
            var head = socket.answer().head();
            refused = head.startsWith("HTTP/1.1 200") ? "" : head;
            socket.close();
        }

        assertThat(refused).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after: 1");
        awaitCount(server, Refusal.TOO_OFTEN, 1);
    }

    @Test
    void onlyListedAddressesAreServed() {
        var strangers = server(USUAL, 1, AddressList.of(List.of("10.", "192.168.0.0/16")));
        var friends = server(USUAL, 1, AddressList.of(List.of("127.0.0.0/8")));

        assertThat(connect(strangers).isClosedByServer()).isTrue();
        awaitCount(strangers, Refusal.NOT_ALLOWED, 1);
        assertThat(answers(friends)).isTrue();
    }

    @Test
    void aClientBehindATrustedProxyIsJudgedByItsOwnAddress() {
        var list = AddressList.of(List.of("192.0.2."));
        var trusting =
                server(
                        new HttpSettings(
                                100, 1, 0, 10, AddressList.of(List.of("127.0.0.1", "10.0.0.0/8"))),
                        1,
                        list);
        var naive = server(USUAL, 1, list);

        assertThat(status(trusting, "192.0.2.5")).startsWith("HTTP/1.1 200");
        assertThat(status(trusting, "192.0.2.5, 10.1.2.3")).startsWith("HTTP/1.1 200");
        assertThat(status(trusting, "198.51.100.1")).startsWith("HTTP/1.1 403");
        assertThat(status(trusting, "192.0.2.5, 198.51.100.1"))
                .as("what a client writes before the proxy does is not believed")
                .startsWith("HTTP/1.1 403");
        assertThat(status(trusting, "garbage")).startsWith("HTTP/1.1 403");
        assertThat(status(naive, "192.0.2.5")).as("nobody is trusted").isEmpty();
    }

    @Test
    void anAbortedPollIsNoticedAndItsClientIsGone() {
        var server = server(USUAL, 20);
        var session = create(server);
        var socket = connect(server);
        socket.send(poll(session));
        await(() -> server.rest.counters().openPolls() == 1, "the poll is not there");

        socket.reset();

        await(() -> server.gateway.sessions() == 0, "the session ends a second after the reset");
        assertThat(server.rest.counters().vanishedClients()).isEqualTo(1);
    }

    @Test
    void thousandsOfOpenPollsTakeNoThreads() {
        var server = server(new HttpSettings(5_000, 5_000, 0, 10, AddressList.NONE), 300);
        var sessions = new ArrayList<Long>();
        var maker = connect(server);
        for (var i = 0; i < 2_000; i++) {
            sessions.add(create(maker));
        }
        var before = Thread.getAllStackTraces().size();
        var sockets = new ArrayList<RawHttp>();
        for (var each : sessions) {
            var socket = connect(server);
            socket.send(poll(each));
            sockets.add(socket);
        }
        await(() -> server.rest.counters().openPolls() == 2_000, "not all polls are open");
        var witness = connect(server);

        assertThat(Thread.getAllStackTraces().size())
                .as("threads beside 2,000 open polls, of %d before", before)
                .isLessThanOrEqualTo(before + 4);
        // Each of them is answered when its session ends.
        for (var each : sessions) {
            witness.send(post("/janus/" + each, "{\"janus\":\"destroy\",\"transaction\":\"d\"}"));
            assertThat(witness.answer().body()).contains("success");
        }
        for (var socket : sockets) {
            assertThat(socket.answer().body()).isEqualTo("{\"janus\":\"keepalive\"}");
        }
    }

    @Test
    void preflightsAreAnsweredForEveryPath() {
        var server = server(USUAL);
        for (var path : new String[] {"/janus", "/janus/5/6", "/janus/info", "*"}) {
            var socket = connect(server);
            socket.send(
                    "OPTIONS "
                            + path
                            + " HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n"
                            + "Access-Control-Request-Method: POST\r\n"
                            + "Access-Control-Request-Headers: content-type,x-y\r\n\r\n");
            var answer = socket.answer();

            assertThat(answer.body()).isEmpty();
            assertThat(answer.head())
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("access-control-allow-origin: *\r\n")
                    .containsIgnoringCase("access-control-max-age: 86400\r\n")
                    .containsIgnoringCase("access-control-allow-methods: POST\r\n")
                    .containsIgnoringCase("access-control-allow-headers: content-type,x-y\r\n")
                    .doesNotContainIgnoringCase("allow-credentials");
        }
    }

    @Test
    void aConfiguredOriginIsNamedInEveryAnswerAndMayBeEnforced() {
        var settings =
                new RestSettings("/janus", 1, 1, "https://a.example", true, JsonStyle.COMPACT);
        var server = server(USUAL, settings, AddressList.NONE);

        for (var origin :
                new String[] {
                    "Origin: https://a.example",
                    "Origin: https://a.example:8443",
                    "Referer: https://a.example/page"
                }) {
            var socket = connect(server);
            socket.send("GET /janus/ping HTTP/1.1\r\nHost: x\r\n" + origin + "\r\n\r\n");
            assertThat(socket.answer().head())
                    .as(origin)
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("access-control-allow-origin: https://a.example\r\n")
                    .containsIgnoringCase("access-control-allow-credentials: true\r\n")
                    .containsIgnoringCase("vary: Origin\r\n");
        }
        for (var origin :
                new String[] {
                    "Origin: https://b.example",
                    "Origin: https://a.example.evil.example",
                    "X: y",
                    "Origin: null"
                }) {
            var socket = connect(server);
            socket.send("GET /janus/ping HTTP/1.1\r\nHost: x\r\n" + origin + "\r\n\r\n");
            var answer = socket.answer();
            assertThat(answer.head())
                    .as(origin)
                    .startsWith("HTTP/1.1 403")
                    .containsIgnoringCase("access-control-allow-origin: https://a.example\r\n");
            assertThat(answer.body()).isEmpty();
        }
    }

    private String status(RestServer server, String forwardedFor) {
        var socket = connect(server);
        socket.send(
                "GET /janus/ping HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: "
                        + forwardedFor
                        + "\r\n\r\n");
        return socket.answer().head();
    }

    private boolean answers(RestServer server) {
        try (var socket = new RawHttp(server.port)) {
            socket.send(post("/janus", PING.formatted("a")));
            return socket.answer().body().contains("pong");
        }
    }

    private static long create(RestServer server) {
        try (var socket = new RawHttp(server.port)) {
            return create(socket);
        }
    }

    private static long create(RawHttp socket) {
        socket.send(post("/janus", "{\"janus\":\"create\",\"transaction\":\"c\"}"));
        return Long.parseLong(socket.answer().body().replaceAll(".*\"id\":(\\d+).*", "$1"));
    }

    private static String post(String path, String body) {
        return "POST "
                + path
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static String poll(long session) {
        return "GET /janus/" + session + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private RawHttp connect(RestServer server) {
        var socket = new RawHttp(server.port);
        open.add(socket);
        return socket;
    }

    private RestServer server(HttpSettings grants) {
        return server(grants, 1);
    }

    private RestServer server(HttpSettings grants, int pollSeconds) {
        return server(grants, pollSeconds, AddressList.NONE);
    }

    private RestServer server(HttpSettings grants, int pollSeconds, AddressList allowed) {
        return server(
                grants,
                new RestSettings("/janus", pollSeconds, 1, "*", false, JsonStyle.COMPACT),
                allowed);
    }

    private RestServer server(HttpSettings grants, RestSettings settings, AddressList allowed) {
        var server =
                new RestServer(
                        loop ->
                                new Gateway(
                                        GatewaySettings.defaults(), loop, List.of(), (_, _) -> {}),
                        settings,
                        grants,
                        allowed);
        open.add(server);
        return server;
    }

    private static void awaitCount(RestServer server, Refusal why, long least) {
        await(() -> server.http.counters().refused(why) >= least, why + " is not counted");
    }

    private static void await(BooleanSupplier condition, String otherwise) {
        var from = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (millisSince(from) > 8_000) {
                throw new AssertionError(otherwise);
            }
            Thread.onSpinWait();
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
