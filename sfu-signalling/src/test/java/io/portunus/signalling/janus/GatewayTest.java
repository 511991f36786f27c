// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.janus.CoreApi.Peer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayTest {
    private final CoreApi api = new CoreApi();
    private final Peer client = api.connect();

    @Test
    void createInfoAndPingNameNoSessionAndEverythingElseDoes() {
        var created = client.ask("{'janus':'create','transaction':'t1'}");
        var session = created.path("data").path("id").asLong();

        assertThat(created.has("session_id")).as("janode drops a create reply with it").isFalse();
        assertThat(client.ask("{'janus':'ping','transaction':'t2'}"))
                .isEqualTo(CoreApi.json("{'janus':'pong','transaction':'t2'}"));
        var info = client.ask("{'janus':'info','transaction':'t3'}");
        assertThat(info.path("janus").asText()).isEqualTo("server_info");
        assertThat(info.has("session_id")).isFalse();
        assertThat(info.path("version").asInt()).isEqualTo(1402);
        assertThat(info.path("plugins").has("test.echo")).isTrue();
        assertThat(
                        client.ask(
                                "{'janus':'keepalive','transaction':'t4','session_id':"
                                        + session
                                        + "}"))
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'ack','session_id':" + session + ",'transaction':'t4'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "12345",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void theTransactionComesBackAsItWas(String transaction) {
        assertThat(
                        client.ask("{'janus':'ping','transaction':'" + transaction + "'}")
                                .path("transaction"))
                .isEqualTo(CoreApi.json("'" + transaction + "'"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    {'janus':'create'} ; 456 ; Missing mandatory element (transaction)
                    {'transaction':'t'} ; 456 ; Missing mandatory element (janus)
                    {'janus':'ping','transaction':'\\ud800'} ; 454 ; Invalid Janus API request - half a character, or U+0000
                    {'janus':'ping','transaction':'a\\udc00\\ud800'} ; 454 ; Invalid Janus API request - half a character, or U+0000
                    {'janus':'ping','transaction':'a\\u0000'} ; 454 ; Invalid Janus API request - half a character, or U+0000
                    {'janus':'ping','transaction':'t','x':[{'\\u0000':1}]} ; 454 ; Invalid Janus API request - half a character, or U+0000
                    {'janus':'create','transaction':5} ; 467 ; Invalid element type (transaction should be a string)
                    {'janus':5,'transaction':'t'} ; 467 ; Invalid element type (janus should be a string)
                    {'janus':'create','transaction':'t','id':-1} ; 467 ; Invalid element type (id should be a positive integer)
                    {'janus':'dance','transaction':'t'} ; 457 ; Unhandled request 'dance' at this path
                    {'janus':'keepalive','transaction':'t'} ; 457 ; Unhandled request 'keepalive' at this path
                    {'janus':'keepalive','transaction':'t','session_id':42} ; 458 ; No such session 42
                    {'janus':'keepalive','transaction':'t','handle_id':9} ; 458 ; No such session 0
                    {'janus':'dance','transaction':'t','session_id':S} ; 453 ; Unknown request 'dance'
                    {'janus':'create','transaction':'t','session_id':S} ; 453 ; Unknown request 'create'
                    {'janus':'attach','transaction':'t','session_id':S} ; 456 ; Missing mandatory element (plugin)
                    {'janus':'attach','plugin':3,'transaction':'t','session_id':S} ; 467 ; Invalid element type (plugin should be a string)
                    {'janus':'attach','plugin':'nope','transaction':'t','session_id':S} ; 460 ; No such plugin 'nope'
                    {'janus':'attach','plugin':'test.echo','transaction':'t','session_id':S,'handle_id':H} ; 457 ; Unhandled request 'attach' at this path
                    {'janus':'destroy','transaction':'t','session_id':S,'handle_id':H} ; 457 ; Unhandled request 'destroy' at this path
                    {'janus':'message','transaction':'t','session_id':S} ; 457 ; Unhandled request 'message' at this path
                    {'janus':'message','transaction':'t','session_id':S,'handle_id':9} ; 459 ; No such handle 9 in session S
                    {'janus':'message','transaction':'t','session_id':S,'handle_id':0} ; 459 ; No such handle 0 in session S
                    {'janus':'message','transaction':'t','session_id':S,'handle_id':H} ; 456 ; Missing mandatory element (body)
                    {'janus':'message','body':3,'transaction':'t','session_id':S,'handle_id':H} ; 467 ; Invalid element type (body should be an object)
                    {'janus':'message','body':{},'jsep':3,'transaction':'t','session_id':S,'handle_id':H} ; 455 ; Invalid jsep object
                    {'janus':'message','body':{},'jsep':{'type':'offer'},'transaction':'t','session_id':S,'handle_id':H} ; 456 ; JSEP error: missing mandatory element (sdp)
                    {'janus':'message','body':{},'jsep':{'type':'offer','sdp':1},'transaction':'t','session_id':S,'handle_id':H} ; 467 ; JSEP error: invalid element type (sdp should be a string)
                    {'janus':'message','body':{},'jsep':{'type':'x','sdp':'v=0'},'transaction':'t','session_id':S,'handle_id':H} ; 464 ; JSEP error: unknown message type 'x'
                    {'janus':'message','body':{},'jsep':{'type':'offer','sdp':'v=0'},'transaction':'t','session_id':S,'handle_id':H} ; 465 ; the description has no media section
                    {'janus':'message','body':{},'jsep':{'type':'offer','sdp':'nonsense'},'transaction':'t','session_id':S,'handle_id':H} ; 465 ; line 1 is not of the form x=…
                    {'janus':'message','body':{},'jsep':{'type':'offer','sdp':'v=0\\nm=audio 9 UDP/TLS/RTP/SAVPF 111'},'transaction':'t','session_id':S,'handle_id':H} ; 465 ; Missing mandatory ICE ufrag
                    {'janus':'message','body':{},'jsep':{'type':'offer','sdp':'v=0\\nm=audio 9 UDP/TLS/RTP/SAVPF 111\\na=ice-ufrag:u'},'transaction':'t','session_id':S,'handle_id':H} ; 465 ; Missing mandatory ICE pwd
                    {'janus':'message','body':{},'jsep':{'type':'offer','sdp':'v=0\\nm=audio 9 UDP/TLS/RTP/SAVPF 111\\na=ice-ufrag:u\\na=ice-pwd:p'},'transaction':'t','session_id':S,'handle_id':H} ; 465 ; Missing mandatory DTLS fingerprint
                    {'janus':'message','body':{},'jsep':{'type':'offer','sdp':'v=0\\nm=audio 9 UDP/TLS/RTP/SAVPF 111\\na=mid:12345678901234567'},'transaction':'t','session_id':S,'handle_id':H} ; 465 ; mid is longer than 16 characters
                    {'janus':'message','body':{},'jsep':{'type':'offer','sdp':'v=0\\nm=audio 9 UDP/TLS/RTP/SAVPF 111\\na=msid:'},'transaction':'t','session_id':S,'handle_id':H} ; 465 ; malformed msid
                    {'janus':'message','body':{},'jsep':{'type':'answer','sdp':'v=0'},'transaction':'t','session_id':S,'handle_id':H} ; 469 ; Unexpected ANSWER (no OFFER)
                    {'janus':'message','body':{'request':'refuse'},'transaction':'t','session_id':S,'handle_id':H} ; 465 ; no such SDP
                    {'janus':'attach','plugin':'test.echo','opaque_id':'fail','transaction':'t','session_id':S} ; 461 ; Error attaching plugin 'test.echo'
                    {'janus':'message','body':{'request':'fail'},'transaction':'t','session_id':S,'handle_id':H} ; 462 ; Error sending message to plugin 'test.echo'
                    {'janus':'trickle','transaction':'t','session_id':S,'handle_id':H} ; 456 ; Missing mandatory element (candidate|candidates)
                    {'janus':'trickle','candidate':{},'candidates':[],'transaction':'t','session_id':S,'handle_id':H} ; 454 ; Can't have both candidate and candidates
                    {'janus':'trickle','candidates':{},'transaction':'t','session_id':S,'handle_id':H} ; 467 ; candidates is not an array
                    {'janus':'trickle','candidate':{'sdpMid':1},'transaction':'t','session_id':S,'handle_id':H} ; 467 ; Trickle error: invalid element type (sdpMid should be a string)
                    {'janus':'trickle','candidate':{'sdpMid':'0'},'transaction':'t','session_id':S,'handle_id':H} ; 456 ; Trickle error: missing mandatory element (candidate)
                    """)
    void everyRefusalHasItsCodeAndReason(String request, int code, String reason) {
        var session = client.newSession();
        var handle = client.newHandle(session);

        var answer = client.ask(request.replace(":S", ":" + session).replace(":H", ":" + handle));

        assertThat(answer.path("janus").asText()).isEqualTo("error");
        assertThat(answer.path("error").path("code").asInt()).as("%s", answer).isEqualTo(code);
        assertThat(answer.path("error").path("reason").asText())
                .isEqualTo(reason.replace("session S", "session " + session));
        assertThat(client.heard()).as("something besides the error").isNull();
        assertThat(client.ask("{'janus':'ping','transaction':'p'}").path("janus").asText())
                .as("the connection survives")
                .isEqualTo("pong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{oops",
                "",
                "   ",
                "{'janus':'ping','transaction':'a'}{oops",
                "{'a':1,'a':2}",
                "{'a':\"\u0001\"}",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                "nul"
            })
    void whatIsNotJsonIsAnsweredOnceAndNothingOfItIsDone(String text) {
        assertThat(client.ask(text).path("error").path("code").asInt()).isEqualTo(454);
        assertThat(client.heard()).isNull();
    }

    @Test
    void aCharacterOfTwoHalvesIsAnsweredAsItWas() {
        assertThat(client.ask("{'janus':'ping','transaction':'\\ud83d\\ude00'}"))
                .isEqualTo(CoreApi.json("{'janus':'pong','transaction':'\ud83d\ude00'}"));
    }

    @Test
    void whatIsNoObjectIsRefusedAsSuch() {
        assertThat(client.ask("[]").path("error").path("code").asInt()).isEqualTo(455);
        assertThat(client.ask("5").path("error").path("code").asInt()).isEqualTo(455);
    }

    @Test
    void aMessageThatIsTooLargeIsRefused() {
        assertThat(
                        client.ask("{'janus':'" + "x".repeat(RequestReader.MAX_MESSAGE_CHARACTERS))
                                .path("error")
                                .path("code")
                                .asInt())
                .isEqualTo(454);
    }

    @Test
    void severalObjectsInOneMessageAreAnsweredInOrder() {
        client.say("{'janus':'ping','transaction':'1'} \n {'janus':'ping','transaction':'2'}");

        assertThat(client.heard()).isEqualTo(CoreApi.json("{'janus':'pong','transaction':'1'}"));
        assertThat(client.heard()).isEqualTo(CoreApi.json("{'janus':'pong','transaction':'2'}"));
    }

    @Test
    void aChosenSessionIdIsKeptAndTakenOnce() {
        assertThat(
                        client.ask("{'janus':'create','id':77,'transaction':'t'}")
                                .path("data")
                                .path("id")
                                .asLong())
                .isEqualTo(77);
        assertThat(
                        client.ask("{'janus':'create','id':77,'transaction':'t'}")
                                .path("error")
                                .path("code")
                                .asInt())
                .isEqualTo(468);
    }

    @Test
    void theAckComesBeforeTheEventThatItAnnounces() {
        var session = client.newSession();
        var handle = client.newHandle(session);

        client.say(message(session, handle, "{'request':'later'}", "m"));

        assertThat(client.heard())
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'ack','session_id':" + session + ",'transaction':'m'}"));
        assertThat(client.heard())
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'event','session_id':"
                                        + session
                                        + ",'transaction':'m','sender':"
                                        + handle
                                        + ",'plugindata':{'plugin':'test.echo','data':"
                                        + "{'request':'later'}}}"));
    }

    @Test
    void detachIsAnsweredThenTold() {
        var session = client.newSession();
        var handle = client.newHandle(session);

        var answer = client.ask(verb("detach", session, handle));

        assertThat(answer.path("janus").asText()).isEqualTo("success");
        assertThat(answer.has("sender") || answer.has("data")).isFalse();
        assertThat(client.heard())
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'detached','session_id':"
                                        + session
                                        + ",'sender':"
                                        + handle
                                        + "}"));
        assertThat(api.detached).hasSize(1);
        assertThat(client.ask(verb("detach", session, handle)).path("error").path("code").asInt())
                .isEqualTo(459);
    }

    @Test
    void destroyIsAnsweredAndThenThereIsSilence() {
        var session = client.newSession();
        client.newHandle(session);

        assertThat(
                        client.ask(
                                        "{'janus':'destroy','transaction':'d','session_id':"
                                                + session
                                                + "}")
                                .path("janus")
                                .asText())
                .isEqualTo("success");

        assertThat(client.heard()).isNull();
        assertThat(api.detached).hasSize(1);
        assertThat(api.gateway.sessions()).isZero();
        assertThat(api.gateway.handles()).isZero();
    }

    @Test
    void hangupIsAnsweredBeforeItIsTold() {
        var session = client.newSession();
        var handle = client.newHandle(session);

        assertThat(client.ask(verb("hangup", session, handle)).path("janus").asText())
                .isEqualTo("success");
        var told = client.heard();
        assertThat(told == null ? "nothing" : told.path("janus").asText()).isEqualTo("hangup");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'candidate':null",
                "'candidate':{'completed':true}",
                "'candidate':{'candidate':'nonsense','sdpMid':'0'}",
                "'candidate':{'candidate':'candidate:1 1 udp 1 ::1 9 typ host','sdpMLineIndex':3}",
                "'candidates':[{'completed':true},5,{}]"
            })
    void candidatesOfAnyKindAreAcknowledged(String candidates) {
        var session = client.newSession();
        var handle = client.newHandle(session);

        assertThat(
                        client.ask(
                                        "{'janus':'trickle','transaction':'t','session_id':"
                                                + session
                                                + ",'handle_id':"
                                                + handle
                                                + ","
                                                + candidates
                                                + "}")
                                .path("janus")
                                .asText())
                .isEqualTo("ack");
    }

    @Test
    void aSessionThatIsNotUsedTimesOutAfterAMinuteAndAKeepAliveHoldsIt() {
        var kept = client.newSession();
        var idle = client.newSession();
        for (var i = 0; i < 8; i++) {
            api.time.advance(Duration.ofSeconds(25));
            client.ask("{'janus':'keepalive','transaction':'k','session_id':" + kept + "}");
            var told = client.heard();
            if (told != null) {
                assertThat(i).as("25 s periods until the time-out").isEqualTo(2);
                assertThat(told).isNotNull();
            }
        }

        assertThat(api.gateway.sessions()).as("the one that is kept alive").isEqualTo(1);
        assertThat(
                        client.ask(
                                        "{'janus':'keepalive','transaction':'k','session_id':"
                                                + idle
                                                + "}")
                                .path("error")
                                .path("code")
                                .asInt())
                .isEqualTo(458);
    }

    @Test
    void theTimeOutIsToldWithoutASender() {
        var session = client.newSession();
        client.newHandle(session);

        api.time.advance(Duration.ofSeconds(63));

        var detached = client.heard();
        assertThat(detached == null ? "" : detached.path("janus").asText()).isEqualTo("detached");
        assertThat(client.heard())
                .isEqualTo(CoreApi.json("{'janus':'timeout','session_id':" + session + "}"));
    }

    @Test
    void aClosedConnectionTakesItsSessionsWithItAtOnce() {
        var session = client.newSession();
        client.newHandle(session);
        client.newSession();

        client.close();

        assertThat(api.gateway.sessions()).isZero();
        assertThat(api.detached).hasSize(1);
    }

    @Test
    void requestsFromElsewhereAreAnsweredThereAndEventsGoToTheOwner() {
        var session = client.newSession();
        var handle = client.newHandle(session);
        var other = api.connect();

        other.say(message(session, handle, "{'request':'later'}", "m"));

        var answer = other.heard();
        assertThat(answer == null ? "" : answer.path("janus").asText()).isEqualTo("ack");
        assertThat(other.heard()).isNull();
        var event = client.heard();
        assertThat(event == null ? "" : event.path("janus").asText()).isEqualTo("event");
    }

    @Test
    void aServerThatStopsTakesNoNewSessions() {
        api.gateway.accepting(false);

        assertThat(
                        client.ask("{'janus':'create','transaction':'t'}")
                                .path("error")
                                .path("code")
                                .asInt())
                .isEqualTo(472);
    }

    private static String message(long session, long handle, String body, String transaction) {
        return "{'janus':'message','transaction':'"
                + transaction
                + "','session_id':"
                + session
                + ",'handle_id':"
                + handle
                + ",'body':"
                + body
                + "}";
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
