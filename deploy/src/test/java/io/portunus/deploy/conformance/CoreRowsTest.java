// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.deploy.RunningServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows 1 to 7 and 12 to 16: the core API over a WebSocket.
class CoreRowsTest {
    private static final String ECHO = "janus.plugin.echotest";

    private static RunningServer server;

    private Wire client;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        client = new Wire(server.address());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            nullValues = "none",
            value = {
                "none ; HTTP/1.1 403",
                "janus-admin-protocol ; HTTP/1.1 403",
                "janus-protocol ; HTTP/1.1 101",
                "chat, janus-protocol ; HTTP/1.1 101"
            })
    @DisplayName("row 1: an upgrade needs the sub-protocol, which the answer names")
    void row01(String protocols, String status) throws IOException {
        try (var socket = new Socket("localhost", URI.create(server.address()).getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            ("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                            + (protocols == null
                                                    ? ""
                                                    : "Sec-WebSocket-Protocol: "
                                                            + protocols
                                                            + "\r\n")
                                            + "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            var head = head(socket);

            assertThat(head).startsWith(status);
            assertThat(
                            head.toLowerCase(Locale.ROOT)
                                    .contains("\r\nsec-websocket-protocol: janus-protocol\r\n"))
                    .as("the sub-protocol in %s", head)
                    .isEqualTo(status.endsWith("101"));
        }
    }

    private static String head(Socket socket) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Test
    @DisplayName("row 2: every reply but those to create, info and ping names its session")
    void row02() {
        for (var verb : List.of("create", "info", "ping")) {
            assertThat(
                            client.ask("{'janus':'%s','transaction':'t'}".formatted(verb))
                                    .has("session_id"))
                    .as("the session in the reply to %s", verb)
                    .isFalse();
        }
        var session = client.newSession();
        var handle = client.newHandle(session, ECHO);
        for (var request :
                List.of(
                        "'janus':'keepalive'",
                        "'janus':'attach','plugin':'janus.plugin.echotest'",
                        "'janus':'attach','plugin':'nobody'",
                        "'janus':'claim'",
                        "'janus':'nonsense'",
                        "'janus':'message','body':{},'handle_id':" + handle,
                        "'janus':'trickle','candidate':null,'handle_id':" + handle,
                        "'janus':'hangup','handle_id':" + handle,
                        "'janus':'detach','handle_id':" + handle,
                        "'janus':'destroy'")) {
            var reply =
                    client.ask(
                            "{%s,'transaction':'t','session_id':%d}".formatted(request, session));
            assertThat(reply.path("session_id").asLong())
                    .as("the session in the reply to %s", request)
                    .isEqualTo(session);
            // What follows a reply names it as well.
            if (request.contains("message") || request.contains("detach")) {
                assertThat(client.next().path("session_id").asLong()).isEqualTo(session);
            }
        }
        client.isQuiet();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "12345",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    @DisplayName("row 3: the transaction comes back as it was")
    void row03(String transaction) {
        var session = client.newSession();
        for (var request :
                List.of(
                        "'janus':'ping'",
                        "'janus':'info'",
                        "'janus':'create'",
                        "'janus':'keepalive','session_id':" + session,
                        "'janus':'nonsense','session_id':" + session)) {
            var reply = client.ask("{%s,'transaction':'%s'}".formatted(request, transaction));
            assertThat(reply.path("transaction").isTextual()).isTrue();
            assertThat(reply.path("transaction").asText()).isEqualTo(transaction);
        }
        assertRefused(
                client.ask("{'janus':'ping'}"), 456, "Missing mandatory element (transaction)");
        assertRefused(
                client.ask("{'janus':'ping','transaction':7}"),
                467,
                "Invalid element type (transaction should be a string)");
    }

    @Test
    @DisplayName("row 4: two requests in one frame are answered in order; a malformed one survives")
    void row04() {
        client.say("{'janus':'ping','transaction':'1'} {'janus':'info','transaction':'2'}");
        assertThat(client.next().path("transaction").asText()).isEqualTo("1");
        assertThat(client.next().path("transaction").asText()).isEqualTo("2");

        assertThat(client.ask("{'janus':'ping','transaction':").at("/error/code").asInt())
                .isEqualTo(454);
        client.isQuiet();
    }

    @Test
    @DisplayName("row 5: a session id that the client chooses is kept, and taken once")
    void row05() {
        var chosen = 424_242_001L;
        assertThat(client.ask("{'janus':'create','id':%d,'transaction':'t'}".formatted(chosen)))
                .isEqualTo(
                        Wire.json(
                                "{'janus':'success','transaction':'t','data':{'id':%d}}"
                                        .formatted(chosen)));
        try (var other = new Wire(server.address())) {
            assertRefused(
                    other.ask("{'janus':'create','id':%d,'transaction':'t'}".formatted(chosen)),
                    468,
                    "Session ID already in use");
        }
    }

    @Test
    @DisplayName("row 6: keep-alives hold a session, which without them times out")
    void row06() {
        try (var brief = RunningServer.start(Map.of("SIGNALLING_SESSION_TIMEOUT_SECONDS", "3"));
                var idle = new Wire(brief.address());
                var lively = new Wire(brief.address())) {
            var held = lively.newSession();
            var from = System.nanoTime();
            var session = idle.newSession();
            var told = idle.poll(200);
            while (told == null) {
                assertThat(lively.ask(verb("keepalive", held, 0)).path("janus").asText())
                        .isEqualTo("ack");
                told = idle.poll(200);
            }

            assertThat(told)
                    .isEqualTo(Wire.json("{'janus':'timeout','session_id':%d}".formatted(session)));
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from))
                    .as("milliseconds until the time-out of 3 s, which is looked for each 2 s")
                    .isBetween(3_000L, 8_000L);
            assertRefused(
                    idle.ask(verb("keepalive", session, 0)), 458, "No such session " + session);
            assertThat(lively.ask(verb("keepalive", held, 0)).path("janus").asText())
                    .as("what kept itself alive")
                    .isEqualTo("ack");
        }
    }

    @Test
    @DisplayName("row 7: a handle belongs to its session and a verb to its level")
    void row07() {
        var session = client.newSession();
        var other = client.newSession();
        var handle = client.newHandle(session, ECHO);

        assertRefused(
                client.ask(verb("detach", other, handle)),
                459,
                "No such handle " + handle + " in session " + other);
        for (var verb : List.of("message", "trickle", "hangup", "detach")) {
            assertWrongPath(verb, client.ask(verb(verb, session, 0)));
        }
        for (var verb : List.of("attach", "destroy")) {
            assertWrongPath(verb, client.ask(verb(verb, session, handle)));
        }
        for (var verb : List.of("claim", "keepalive", "attach", "destroy", "message")) {
            assertWrongPath(verb, client.ask("{'janus':'%s','transaction':'t'}".formatted(verb)));
        }
    }

    private static void assertWrongPath(String verb, JsonNode answer) {
        assertRefused(answer, 457, "Unhandled request '" + verb + "' at this path");
    }

    /// Nothing, a secret, signed tokens, or both are asked for.
    @ParameterizedTest
    @ValueSource(strings = {"none", "secret", "token", "both"})
    @DisplayName("row 12: the matrix of secret and token")
    void row12(String configured) {
        var settings = new HashMap<String, String>();
        if (configured.equals("secret") || configured.equals("both")) {
            settings.put("SIGNALLING_API_SECRET", "sesame");
        }
        if (configured.equals("token") || configured.equals("both")) {
            settings.put("AUTH_TOKEN_AUTH_SECRET", "key");
        }
        var secret = "'apisecret':'sesame'";
        var good = "'token':'" + SignedToken.good("key", "janus," + ECHO) + "'";
        var expired = "'token':'" + SignedToken.expired("key", "janus," + ECHO) + "'";
        var otherRealm = "'token':'" + SignedToken.good("key", "elsewhere," + ECHO) + "'";
        var otherPlugin =
                "'token':'" + SignedToken.good("key", "janus,janus.plugin.videoroom") + "'";
        var bySecret = configured.equals("secret") || configured.equals("both");
        var byToken = configured.equals("token") || configured.equals("both");
        var open = configured.equals("none");
        try (var guarded = RunningServer.start(settings);
                var asker = new Wire(guarded.address())) {
            expect(asker, "", open ? 0 : 403, 0);
            expect(asker, secret, open || bySecret ? 0 : 403, 0);
            expect(asker, "'apisecret':'sesam'", open ? 0 : 403, 0);
            expect(asker, good, open || byToken ? 0 : 403, 0);
            expect(asker, expired, open ? 0 : 403, 0);
            expect(asker, otherRealm, open ? 0 : 403, 0);
            expect(asker, otherPlugin, open || byToken ? 0 : 403, open ? 0 : 405);
            for (var free : List.of("ping", "info")) {
                assertThat(
                                asker.ask("{'janus':'%s','transaction':'t'}".formatted(free))
                                        .has("error"))
                        .as("%s needs nothing", free)
                        .isFalse();
            }
        }
    }

    /// @param create the code that `create` is refused with, 0 for a success
    /// @param attach likewise, once there is a session
    private static void expect(Wire asker, String credential, int create, int attach) {
        var with = credential.isEmpty() ? "" : "," + credential;
        var created = asker.ask("{'janus':'create','transaction':'t'%s}".formatted(with));
        assertThat(created.at("/error/code").asInt())
                .as("create with %s", credential)
                .isEqualTo(create);
        if (create != 0) {
            assertThat(created.at("/error/reason").asText())
                    .isEqualTo("Unauthorized request (wrong or missing secret/token)");
            return;
        }
        var session = created.at("/data/id").asLong();
        var attached =
                asker.ask(
                        "{'janus':'attach','plugin':'%s','transaction':'t','session_id':%d%s}"
                                .formatted(ECHO, session, with));
        assertThat(attached.at("/error/code").asInt())
                .as("attach with %s", credential)
                .isEqualTo(attach);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    'candidate':{'candidate':'candidate:1 1 udp 1 ::1 9 typ host','sdpMid':'0'} ; 0 ; none
                    'candidates':[{'candidate':'x','sdpMid':'0'},{'completed':true}] ; 0 ; none
                    'candidate':{'completed':true} ; 0 ; none
                    'candidate':null ; 0 ; none
                    'candidate':{'candidate':'nonsense','sdpMid':'0'} ; 0 ; none
                    'candidate':{'candidate':'candidate:1 1 udp 1 ::1 9 typ host','sdpMLineIndex':1} ; 0 ; none
                    'candidate':{},'candidates':[] ; 454 ; Can't have both candidate and candidates
                    'x':1 ; 456 ; Missing mandatory element (candidate|candidates)
                    'candidates':7 ; 467 ; candidates is not an array
                    'candidate':{'candidate':7,'sdpMid':'0'} ; 467 ; Trickle error: invalid element type (candidate should be a string)
                    'candidate':{'candidate':'x'} ; 456 ; Trickle error: missing mandatory element (sdpMid or sdpMLineIndex)
                    """)
    @DisplayName("row 13: candidates in all shapes, before any offer")
    void row13(String candidates, int code, String reason) {
        var session = client.newSession();
        var handle = client.newHandle(session, ECHO);

        var answer =
                client.ask(
                        "{'janus':'trickle','transaction':'t','session_id':%d,'handle_id':%d,%s}"
                                .formatted(session, handle, candidates));

        if (code == 0) {
            assertThat(answer)
                    .isEqualTo(
                            Wire.json(
                                    "{'janus':'ack','session_id':%d,'transaction':'t'}"
                                            .formatted(session)));
        } else {
            assertRefused(answer, code, reason);
        }
    }

    @Test
    @DisplayName("row 14: hangup is a success, told of only where there was a PeerConnection")
    void row14() {
        var session = client.newSession();
        var handle = client.newHandle(session, ECHO);
        assertThat(client.ask(verb("hangup", session, handle)).path("janus").asText())
                .isEqualTo("success");
        client.isQuiet();

        try (var host = server.client();
                var publisher = server.publisher(server.newRoom(host))) {
            publisher.handle().sendHangup();
            assertThat(publisher.handle().await("hangup").path("reason").asText())
                    .isEqualTo("Janus API");
            assertThat(publisher.handle().count("success")).as("its own reply").isLessThan(2);
        }
    }

    @Test
    @DisplayName("row 15: detach is told of, destroy is silent")
    void row15() {
        var session = client.newSession();
        var handle = client.newHandle(session, ECHO);
        client.newHandle(session, ECHO);

        assertThat(client.ask(verb("detach", session, handle)))
                .isEqualTo(
                        Wire.json(
                                "{'janus':'success','session_id':%d,'transaction':'t'}"
                                        .formatted(session)));
        assertThat(client.next())
                .isEqualTo(
                        Wire.json(
                                "{'janus':'detached','session_id':%d,'sender':%d}"
                                        .formatted(session, handle)));
        assertThat(client.ask(verb("destroy", session, 0)))
                .isEqualTo(
                        Wire.json(
                                "{'janus':'success','session_id':%d,'transaction':'t'}"
                                        .formatted(session)));
        client.isQuiet();
    }

    @Test
    @DisplayName("row 16: events move to whoever claims the session")
    void row16() {
        var session = client.newSession();
        var handle = client.newHandle(session, ECHO);
        try (var second = new Wire(server.address())) {
            assertThat(second.ask(verb("claim", session, 0)))
                    .isEqualTo(
                            Wire.json(
                                    "{'janus':'success','session_id':%d,'transaction':'t'}"
                                            .formatted(session)));
            // A request by the first connection, whose event goes to the second.
            assertThat(
                            client.ask(
                                            "{'janus':'message','transaction':'m','body':{'audio':true},"
                                                    + "'session_id':%d,'handle_id':%d}"
                                                            .formatted(session, handle))
                                    .path("janus")
                                    .asText())
                    .isEqualTo("ack");
            assertThat(second.next().at("/plugindata/data/result").asText()).isEqualTo("ok");
            client.isQuiet();
            assertRefused(second.ask(verb("claim", 5, 0)), 458, "No such session 5");
        }
    }

    private static String verb(String verb, long session, long handle) {
        return "{'janus':'%s','transaction':'t','session_id':%d%s}"
                .formatted(verb, session, handle == 0 ? "" : ",'handle_id':" + handle);
    }

    private static void assertRefused(JsonNode answer, int code, String reason) {
        assertThat(answer.path("janus").asText()).as("%s", answer).isEqualTo("error");
        assertThat(answer.at("/error/code").asInt()).as("%s", answer).isEqualTo(code);
        assertThat(answer.at("/error/reason").asText()).isEqualTo(reason);
    }
}
