// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.auth.Signer;
import io.portunus.signalling.janus.CoreApi.Peer;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rows about the core API of the conformance list, each by its number; row 1, the upgrade, is
/// in the WebSocket's own tests.
class ConformanceTest {
    private static final List<String> IN_SESSION =
            List.of(
                    "{'janus':'keepalive'}",
                    "{'janus':'claim'}",
                    "{'janus':'attach','plugin':'test.echo'}",
                    "{'janus':'attach','plugin':'nope'}",
                    "{'janus':'message','handle_id':H,'body':{}}",
                    "{'janus':'message','handle_id':H,'body':{'request':'later'}}",
                    "{'janus':'message','handle_id':H}",
                    "{'janus':'trickle','handle_id':H,'candidate':null}",
                    "{'janus':'hangup','handle_id':H}",
                    "{'janus':'detach','handle_id':H}",
                    "{'janus':'detach','handle_id':H}",
                    "{'janus':'nonsense'}",
                    "{'janus':'destroy'}",
                    "{'janus':'keepalive'}");

    private final CoreApi api = new CoreApi();
    private final Peer client = api.connect();

    @Test
    void row2EveryReplyButThoseToCreateInfoAndPingNamesItsSession() {
        for (var verb : List.of("create", "info", "ping")) {
            assertThat(client.ask("{'janus':'" + verb + "','transaction':'t'}").has("session_id"))
                    .as("the session in the reply to %s", verb)
                    .isFalse();
        }
        var session = client.newSession();
        var handle = client.newHandle(session);
        for (var request : IN_SESSION) {
            client.say(
                    request.replace(":H", ":" + handle)
                            .replaceFirst(
                                    "}$", ",'transaction':'t','session_id':" + session + "}"));
            for (var told = client.heard(); told != null; told = client.heard()) {
                assertThat(told.path("session_id").asLong())
                        .as("the session in %s, told upon %s", told, request)
                        .isEqualTo(session);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "12345",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void row3TheTransactionComesBackAsItWas(String transaction) {
        var session = client.newSession();

        for (var request :
                List.of(
                        "{'janus':'ping','transaction':'T'}",
                        "{'janus':'info','transaction':'T'}",
                        "{'janus':'create','transaction':'T'}",
                        "{'janus':'nonsense','transaction':'T'}",
                        "{'janus':'keepalive','transaction':'T','session_id':" + session + "}",
                        "{'janus':'attach','transaction':'T','session_id':" + session + "}")) {
            assertThat(client.ask(request.replace("'T'", "'" + transaction + "'")))
                    .as("the answer to %s", request)
                    .anyMatch(value -> value.equals(CoreApi.json("'" + transaction + "'")));
        }
        assertRefused(
                client.ask("{'janus':'ping'}"), 456, "Missing mandatory element (transaction)");
        assertRefused(
                client.ask("{'janus':'ping','transaction':7}"),
                467,
                "Invalid element type (transaction should be a string)");
    }

    @Test
    void row4SeveralRequestsInOneMessageAreAnsweredInOrderAndNoneIfOneIsMalformed() {
        client.say("{'janus':'ping','transaction':'1'}\n\t {'janus':'create','transaction':'2'}");
        assertThat(transactions(2)).containsExactly("1", "2");
        var before = api.sessions();

        client.say("{'janus':'create','transaction':'3'} {'janus':'create','transaction':'4'");

        assertThat(next().path("error").path("code").asInt()).isEqualTo(454);
        assertThat(client.heard()).as("something besides the one error").isNull();
        assertThat(api.sessions()).as("sessions of the message that was refused").isEqualTo(before);
        assertThat(client.ask("{'janus':'ping','transaction':'5'}").path("janus").asText())
                .as("the connection survives")
                .isEqualTo("pong");
    }

    @Test
    void row5ASessionIdThatTheClientChoosesIsKeptAndTakenOnce() {
        assertThat(client.ask("{'janus':'create','id':77,'transaction':'t'}"))
                .isEqualTo(CoreApi.json("{'janus':'success','transaction':'t','data':{'id':77}}"));
        assertRefused(
                client.ask("{'janus':'create','id':77,'transaction':'t'}"),
                468,
                "Session ID already in use");
    }

    @Test
    void row6KeepAlivesEach25SecondsHoldASessionAndWithoutItEndsWithin60To63Seconds() {
        var session = client.newSession();
        for (var seconds = 0; seconds < 200; seconds += 25) {
            api.time.advance(Duration.ofSeconds(25));
            assertThat(client.ask(verb("keepalive", session)).path("janus").asText())
                    .as("after %d s", seconds + 25)
                    .isEqualTo("ack");
        }

        api.time.advance(Duration.ofMillis(59_999));
        assertThat(client.heard()).as("what was told before 60 s").isNull();
        api.time.advance(Duration.ofMillis(3_001));
        assertThat(client.heard())
                .isEqualTo(CoreApi.json("{'janus':'timeout','session_id':" + session + "}"));
        assertRefused(client.ask(verb("keepalive", session)), 458, "No such session " + session);
        assertThat(api.ends).containsExactly(SessionEnd.TIMED_OUT);
    }

    @Test
    void row7AHandleBelongsToItsSessionAndAVerbToItsLevel() {
        var session = client.newSession();
        var other = client.newSession();
        var handle = client.newHandle(session);

        assertRefused(
                client.ask(message(other, handle, "{}")),
                459,
                "No such handle " + handle + " in session " + other);
        for (var verb : List.of("message", "trickle", "hangup", "detach")) {
            assertRefused(
                    client.ask(verb(verb, session)),
                    457,
                    "Unhandled request '" + verb + "' at this path");
        }
        for (var verb : List.of("attach", "destroy")) {
            assertRefused(
                    client.ask(verb(verb, session, handle)),
                    457,
                    "Unhandled request '" + verb + "' at this path");
        }
        for (var verb : List.of("claim", "keepalive", "attach", "destroy", "message")) {
            assertRefused(
                    client.ask("{'janus':'" + verb + "','transaction':'t'}"),
                    457,
                    "Unhandled request '" + verb + "' at this path");
        }
        for (var verb : List.of("create", "info", "ping")) {
            assertRefused(client.ask(verb(verb, session)), 453, "Unknown request '" + verb + "'");
        }
    }

    /// What is configured: nothing, the secret, signed tokens, or both.
    @ParameterizedTest(name = "{0} configured, {1} given: create {2}, attach {3}")
    @CsvSource({
        "none,   nothing,        0,   0",
        "none,   a good token,   0,   0",
        "secret, nothing,        403, 0",
        "secret, the secret,     0,   0",
        "secret, a wrong secret, 403, 0",
        "secret, a good token,   403, 0",
        "token,  nothing,        403, 0",
        "token,  the secret,     403, 0",
        "token,  a good token,   0,   0",
        "token,  an old token,   403, 0",
        "token,  another realm,  403, 0",
        "token,  another plugin, 0,   405",
        "both,   nothing,        403, 0",
        "both,   the secret,     0,   0",
        "both,   a good token,   0,   0",
        "both,   an old token,   403, 0",
        "both,   another plugin, 0,   405",
    })
    void row12TheSecretAndTheToken(String configured, String given, int create, int attach) {
        var closed =
                new CoreApi(
                        GatewaySettings.defaults(),
                        new AuthSettings(
                                configured.equals("secret") || configured.equals("both")
                                        ? "sesame"
                                        : "",
                                false,
                                configured.equals("token") || configured.equals("both")
                                        ? "key"
                                        : "",
                                null));
        var stranger = closed.connect();
        for (var free : List.of("ping", "info")) {
            assertThat(stranger.ask("{'janus':'" + free + "','transaction':'t'}").has("error"))
                    .as("%s asks for nothing", free)
                    .isFalse();
        }

        var created = stranger.ask(with(given, "{'janus':'create','transaction':'t'}"));

        if (create != 0) {
            assertRefused(created, create, "Unauthorized request (wrong or missing secret/token)");
            assertThat(closed.sessions()).isZero();
            return;
        }
        var session = created.path("data").path("id").asLong();
        var attached =
                stranger.ask(
                        with(
                                given,
                                "{'janus':'attach','plugin':'test.echo','transaction':'t',"
                                        + "'session_id':"
                                        + session
                                        + "}"));
        if (attach == 0) {
            assertThat(attached.path("janus").asText()).isEqualTo("success");
        } else {
            assertRefused(attached, attach, "Provided token can't access plugin 'test.echo'");
            assertThat(closed.handles()).isZero();
        }
    }

    private static String with(String given, String request) {
        var end = CoreApi.Time.BEGINS_AT_SECONDS;
        return switch (given) {
            case "the secret" -> credential(request, "apisecret", "sesame");
            case "a wrong secret" -> credential(request, "apisecret", "sesam");
            case "a good token" ->
                    credential(request, "token", Signer.sign("key", end + ",janus,x,test.echo"));
            case "an old token" ->
                    credential(
                            request, "token", Signer.sign("key", (end - 1) + ",janus,test.echo"));
            case "another realm" ->
                    credential(request, "token", Signer.sign("key", end + ",other,test.echo"));
            case "another plugin" ->
                    credential(request, "token", Signer.sign("key", end + ",janus,test.other"));
            default -> request;
        };
    }

    private static String credential(String request, String name, String value) {
        return ((ObjectNode) CoreApi.json(request)).put(name, value).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    'candidate':{'candidate':'candidate:1 1 udp 1 ::1 9 typ host','sdpMid':'0'} ; 0
                    'candidate':{'candidate':'candidate:1 1 udp 1 ::1 9 typ host','sdpMLineIndex':0} ; 0
                    'candidates':[{'candidate':'x','sdpMid':'0'},{'completed':true}] ; 0
                    'candidate':{'completed':true} ; 0
                    'candidate':null ; 0
                    'candidate':{'candidate':'nonsense','sdpMid':'0'} ; 0
                    'candidate':{'candidate':'candidate:1 1 udp 1 ::1 9 typ host','sdpMLineIndex':1} ; 0
                    'candidate':{},'candidates':[] ; 454
                    """)
    void row13Candidates(String candidates, int code) {
        var session = client.newSession();
        var handle = client.newHandle(session);
        var offer =
                (ObjectNode)
                        CoreApi.json(
                                "{'janus':'message','transaction':'m','session_id':"
                                        + session
                                        + ",'handle_id':"
                                        + handle
                                        + ",'body':{},'jsep':{'type':'offer'}}");
        ((ObjectNode) offer.path("jsep")).put("sdp", RealOffers.text("chromium-audio-video"));
        assertThat(client.ask(offer.toString()).path("janus").asText()).isEqualTo("success");

        var answer =
                client.ask(
                        "{'janus':'trickle','transaction':'t','session_id':"
                                + session
                                + ",'handle_id':"
                                + handle
                                + ","
                                + candidates
                                + "}");

        if (code == 0) {
            assertThat(answer)
                    .isEqualTo(
                            CoreApi.json(
                                    "{'janus':'ack','session_id':"
                                            + session
                                            + ",'transaction':'t'}"));
        } else {
            assertRefused(answer, code, "Can't have both candidate and candidates");
        }
    }

    @Test
    void row14HangupIsASuccessAndToldOfOnlyWhereThereWasAPeerConnection() {
        var session = client.newSession();
        var handle = client.newHandle(session);
        api.peerConnection(false);

        assertThat(client.ask(verb("hangup", session, handle)).path("janus").asText())
                .isEqualTo("success");
        assertThat(client.heard()).as("told, where there is no PeerConnection").isNull();

        api.peerConnection(true);
        assertThat(client.ask(verb("hangup", session, handle)))
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'success','session_id':"
                                        + session
                                        + ",'transaction':'t'}"));
        assertThat(next())
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'hangup','session_id':"
                                        + session
                                        + ",'sender':"
                                        + handle
                                        + ",'reason':'Janus API'}"));
    }

    @Test
    void row15DetachIsToldOfAndDestroyIsSilent() {
        var session = client.newSession();
        var handle = client.newHandle(session);
        client.newHandle(session);

        assertThat(client.ask(verb("detach", session, handle)))
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'success','session_id':"
                                        + session
                                        + ",'transaction':'t'}"));
        assertThat(next())
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'detached','session_id':"
                                        + session
                                        + ",'sender':"
                                        + handle
                                        + "}"));
        assertThat(client.ask(verb("destroy", session)))
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'success','session_id':"
                                        + session
                                        + ",'transaction':'t'}"));
        assertThat(client.heard()).as("told of what was destroyed").isNull();
        assertThat(api.detached).hasSize(2);
    }

    @Test
    void row16EventsMoveToWhoeverClaimsTheSession() {
        var session = client.newSession();
        var handle = client.newHandle(session);
        var second = api.connect();

        assertThat(second.ask(verb("claim", session)))
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'success','session_id':"
                                        + session
                                        + ",'transaction':'t'}"));
        api.attached.getFirst().notify("webrtcup", _ -> {});

        assertThat(client.heard()).as("told to the first connection").isNull();
        assertThat(Objects.requireNonNull(second.heard(), "told to the claimant"))
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'webrtcup','session_id':"
                                        + session
                                        + ",'sender':"
                                        + handle
                                        + "}"));
        assertRefused(second.ask(verb("claim", 5)), 458, "No such session 5");
    }

    private List<String> transactions(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(_ -> next().path("transaction").asText())
                .toList();
    }

    private JsonNode next() {
        return Objects.requireNonNull(client.heard(), "nothing was told");
    }

    static void assertRefused(JsonNode answer, int code, String reason) {
        assertThat(answer.path("janus").asText()).as("%s", answer).isEqualTo("error");
        assertThat(answer.path("error").path("code").asInt()).as("%s", answer).isEqualTo(code);
        assertThat(answer.path("error").path("reason").asText()).isEqualTo(reason);
    }

    private static String message(long session, long handle, String body) {
        return "{'janus':'message','transaction':'t','session_id':"
                + session
                + ",'handle_id':"
                + handle
                + ",'body':"
                + body
                + "}";
    }

    private static String verb(String verb, long session) {
        return "{'janus':'" + verb + "','transaction':'t','session_id':" + session + "}";
    }

    private static String verb(String verb, long session, long handle) {
        return "{'janus':'"
                + verb
                + "','transaction':'t','session_id':"
                + session
                + ",'handle_id':"
                + handle
                + "}";
    }
}
