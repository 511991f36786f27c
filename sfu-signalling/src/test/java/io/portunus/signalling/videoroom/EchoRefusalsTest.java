// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.echotest.EchoTestPlugin;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Everything that the EchoTest plugin refuses, by code and text, and that nothing else comes of
/// it.
class EchoRefusalsTest {
    private static final String NO_OFFER = "Unexpected ANSWER (no OFFER)";
    private static final String ECHO =
            RealOffers.text("chromium-audio-video").replace("a=sendonly", "a=sendrecv");

    private @Nullable MediaSide mediaSide;
    private final CoreApi api = new CoreApi(this::plugins);
    private final CoreApi.Peer client = api.connect();
    private final long session = client.newSession();
    private final long echo = client.newHandle(session, "janus.plugin.echotest");

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        return List.of(new EchoTestPlugin(client));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    {}                     ; 411 ; No message??
                    {'audio':1}            ; 413 ; Invalid element type (audio should be a boolean)
                    {'video':null}         ; 413 ; Invalid element type (video should be a boolean)
                    {'data':'x'}           ; 413 ; Invalid element type (data should be a boolean)
                    {'record':0}           ; 413 ; Invalid element type (record should be a boolean)
                    {'bitrate':-1}         ; 413 ; Invalid element type (bitrate should be a positive integer)
                    {'bitrate':'x'}        ; 413 ; Invalid element type (bitrate should be a positive integer)
                    {'bitrate':3000000000} ; 413 ; Invalid element type (bitrate should be a positive integer)
                    {'substream':1.5}      ; 413 ; Invalid element type (substream should be a positive integer)
                    {'temporal':[]}        ; 413 ; Invalid element type (temporal should be a positive integer)
                    {'fallback':{}}        ; 413 ; Invalid element type (fallback should be a positive integer)
                    {'spatial_layer':'1'}  ; 413 ; Invalid element type (spatial_layer should be a positive integer)
                    {'temporal_layer':-1}  ; 413 ; Invalid element type (temporal_layer should be a positive integer)
                    {'record':true}        ; 413 ; Recording is not supported yet
                    {'filename':1}         ; 413 ; Invalid element type (filename should be a string)
                    {'audiocodec':true}    ; 413 ; Invalid element type (audiocodec should be a string)
                    {'videocodec':null}    ; 413 ; Invalid element type (videocodec should be a string)
                    """)
    void aBodyThatIsWrongIsRefused(String body, int code, String text) {
        assertThat(ask(body, null)).isEqualTo(error(code, text));

        assertNothingIsLeft();
    }

    @Test
    void anOfferThatCannotBeReadIsRefused() {
        assertRefusedByTheCore("v=0\r\n", 465, "the description has no media section");
        assertThat(ask("{'audio':1}", ECHO))
                .as("an offer beside a body that is wrong")
                .isEqualTo(error(413, "Invalid element type (audio should be a boolean)"));

        assertNothingIsLeft();
    }

    @Test
    void anAnswerToNothingIsRefusedByTheCore() {
        say("e", "{'audio':true}", "answer", ECHO);

        assertThat(heard()).singleElement().satisfies(only -> isRefused(only, 469, NO_OFFER));
        assertNothingIsLeft();
    }

    private void assertRefusedByTheCore(String offer, int code, String reason) {
        say("e", "{'audio':true}", "offer", offer);
        assertThat(heard()).singleElement().satisfies(only -> isRefused(only, code, reason));
    }

    private static void isRefused(JsonNode answer, int code, String reason) {
        assertThat(answer.at("/error/code").asInt()).isEqualTo(code);
        assertThat(answer.at("/error/reason").asText()).isEqualTo(reason);
    }

    @Test
    void aLaterOfferThatIsRefusedLeavesTheEchoAsItIs() {
        assertThat(ask("{'audio':true}", ECHO).path("result").asText()).isEqualTo("ok");
        var onlyAudio = ECHO.substring(0, ECHO.indexOf("m=video"));

        assertRefusedByTheCore("v=0\r\n", 465, "the description has no media section");
        assertThat(ask("{'audio':true}", onlyAudio)).isEqualTo(error(414, "Error in the offer"));

        assertThat(side().connections()).isEqualTo(1);
        assertThat(ask("{'audio':true}", ECHO).path("result").asText()).isEqualTo("ok");
    }

    @Test
    void requestsBeyondThoseThatMayWaitAreRefused() {
        for (var i = 0; i < 70; i++) {
            post("e" + i, "{'audio':true}", "offer", ECHO);
        }
        api.time.advance(Duration.ZERO);

        var refused = new ArrayList<String>();
        for (var message : heard()) {
            var data = message.path("plugindata").path("data");
            if (data.has("error_code")) {
                assertThat(data).isEqualTo(error(499, "Too many requests at once"));
                refused.add(message.path("transaction").asText());
            }
        }
        assertThat(refused)
                .as("one is under way and 64 wait")
                .containsExactly("e65", "e66", "e67", "e68", "e69");
    }

    @Test
    void anEchoThatTheMediaSideCannotTakeIsRefusedAndLeavesNothing() {
        for (var refused = 0; refused < 4; refused++) {
            post("e" + refused, "{'audio':true}", "offer", ECHO);
            for (var step = 0; step < 2 * refused; step++) {
                api.time.step();
            }
            side().full(true);
            api.time.advance(Duration.ZERO);
            side().full(false);
            api.time.advance(Duration.ofSeconds(1));
            var last = heard().getLast();
            assertThat(last.path("plugindata").path("data"))
                    .as("the last that is heard of offer %s", refused)
                    .isEqualTo(error(499, "The server is overloaded"));
            assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aFaultOfOursIsToldAndEndsOneRequestOnly(boolean offered) {
        assertThat(ask("{'audio':true}", ECHO).path("result").asText()).isEqualTo("ok");

        side().faulty(true);
        assertThat(ask("{'audio':true,'bitrate':1}", offered ? ECHO : null))
                .isEqualTo(error(499, "Internal error"));
        side().faulty(false);

        assertThat(ask("{'audio':false}", null).path("result").asText())
                .as("the request behind it")
                .isEqualTo("ok");
        assertThat(ask("{'audio':true}", ECHO).path("result").asText())
                .as("the offer behind it")
                .isEqualTo("ok");
    }

    @Test
    void aFirstOfferThatMeetsAFaultLeavesNothing() {
        side().faulty(true);
        assertThat(ask("{'audio':true}", ECHO)).isEqualTo(error(499, "Internal error"));
        side().faulty(false);

        assertNothingIsLeft();
        assertThat(ask("{'audio':true}", ECHO).path("result").asText()).isEqualTo("ok");
    }

    private void assertNothingIsLeft() {
        assertThat(side().roomCount()).as("rooms that are left of a refusal").isZero();
        assertThat(side().connections()).as("connections that are left of it").isZero();
    }

    /// The plugin data of the event that answers, which has to come right behind the `ack`.
    private JsonNode ask(String body, @Nullable String sdp) {
        heard();
        say("e", body, sdp == null ? null : "offer", sdp);
        var answers = heard();
        assertThat(answers).as("the ack and the event").hasSize(2);
        assertThat(answers.getFirst().path("janus").asText()).isEqualTo("ack");
        assertThat(answers.getLast().path("transaction").asText()).isEqualTo("e");
        return answers.getLast().path("plugindata").path("data");
    }

    private void say(String transaction, String body, @Nullable String type, @Nullable String sdp) {
        post(transaction, body, type, sdp);
        api.time.advance(Duration.ZERO);
    }

    private void post(
            String transaction, String body, @Nullable String type, @Nullable String sdp) {
        var message = (ObjectNode) CoreApi.json("{'janus':'message'}");
        message.put("transaction", transaction).put("session_id", session).put("handle_id", echo);
        message.set("body", CoreApi.json(body));
        if (type != null) {
            message.putObject("jsep").put("type", type).put("sdp", sdp);
        }
        client.post(message.toString());
    }

    private List<JsonNode> heard() {
        var all = new ArrayList<JsonNode>();
        for (var next = client.heard(); next != null; next = client.heard()) {
            all.add(next);
        }
        return all;
    }

    private static JsonNode error(int code, String text) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("echotest", "event")
                .put("error_code", code)
                .put("error", text);
    }

    private MediaSide side() {
        return Objects.requireNonNull(mediaSide);
    }
}
