// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static io.portunus.deploy.conformance.Scene.error;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Row 12 with the other kinds of tokens: those that an operator gives out and takes back, and
/// JWTs.
@Timeout(60)
class TokensTest {
    private static final String VIDEOROOM = "janus.plugin.videoroom";
    private static final String ECHO = "janus.plugin.echotest";
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @Test
    @DisplayName("row 12: a token counts from when an operator adds it until it is removed")
    void row12ATokenCountsFromWhenAnOperatorAddsItUntilItIsRemoved() {
        try (var server =
                        RunningServer.start(
                                Map.of(
                                        "AUTH_TOKEN_AUTH", "true",
                                        "ADMIN_SECRET", "overlord",
                                        "ADMIN_HTTP_PORT", "0",
                                        "ADMIN_WEBSOCKET_PORT", "0"));
                var client = new Wire(server.address(), "t1")) {
            assertThat(code(client, "{'janus':'create'}")).as("before").isEqualTo(403);
            operate(server, "{'janus':'add_token','token':'t1','plugins':['%s']}".formatted(ECHO));
            var session = client.newSession();
            assertThat(attach(client, session, ECHO)).isZero();
            assertThat(attach(client, session, VIDEOROOM)).isEqualTo(405);

            operate(
                    server,
                    "{'janus':'allow_token','token':'t1','plugins':['%s']}".formatted(VIDEOROOM));
            assertThat(attach(client, session, VIDEOROOM)).isZero();
            operate(
                    server,
                    "{'janus':'disallow_token','token':'t1','plugins':['%s']}".formatted(ECHO));
            assertThat(attach(client, session, ECHO)).isEqualTo(405);
            assertThat(operate(server, "{'janus':'list_tokens'}").at("/data/tokens"))
                    .isEqualTo(
                            Wire.json(
                                    "[{'token':'t1','allowed_plugins':['%s']}]"
                                            .formatted(VIDEOROOM)));

            operate(server, "{'janus':'remove_token','token':'t1'}");
            assertThat(code(client, "{'janus':'keepalive','session_id':" + session + "}"))
                    .as("afterwards")
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest(name = "{0}: publish {1}, subscribe {2}, kick {3}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'role':['publish','subscribe','moderate'] ; true  ; true  ; true",
                "'room':1234                               ; true  ; true  ; false",
                "'role':'publish'                          ; true  ; false ; false",
                "'role':'subscribe','rooms':[1234]         ; false ; true  ; false",
                "'role':'moderate'                         ; false ; false ; true",
                "'room':99                                 ; false ; false ; false",
            })
    @DisplayName("row 12: a JWT lets its bearer do what its claims say, and nothing else")
    void row12AJwtLetsItsBearerDoWhatItsClaimsSay(
            String claims, boolean publish, boolean subscribe, boolean moderate) {
        try (var server = RunningServer.start(Map.of("AUTH_JWT_SECRET", KEY));
                var all =
                        new Scene(server, IdKind.NUMERIC).withToken(jwt(KEY, "'room':1234", 600));
                var bearer = new Scene(server, IdKind.NUMERIC).withToken(jwt(KEY, claims, 600))) {
            var feed = all.person();
            feed.joined(feed.ask("{'request':'join','room':1234,'ptype':'publisher','id':1}"));
            feed.publish("{'request':'publish'}");
            var refused = error(433, "Unauthorized (the token is not for this)");

            var joined = bearer.person().ask("{'request':'join','room':1234,'ptype':'publisher'}");
            var attached =
                    bearer.person()
                            .ask("{'request':'join','room':1234,'ptype':'subscriber','feed':1}");
            var kicked =
                    bearer.person()
                            .ask("{'request':'kick','room':1234,'secret':'adminpwd','id':1}");

            assertDone(joined, publish, "joined", refused);
            assertDone(attached, subscribe, "attached", refused);
            assertDone(kicked, moderate, "success", refused);
        }
    }

    private static void assertDone(
            JsonNode answer, boolean may, String videoroom, ObjectNode refused) {
        if (may) {
            assertThat(answer.path("videoroom").asText()).as("%s", answer).isEqualTo(videoroom);
        } else {
            assertThat(answer).isEqualTo(refused);
        }
    }

    @Test
    @DisplayName("row 12: a JWT that is over, forged or for another plugin is none")
    void row12AJwtThatIsNotGoodIsNone() {
        try (var server = RunningServer.start(Map.of("AUTH_JWT_SECRET", KEY))) {
            for (var token :
                    new String[] {
                        "",
                        "nonsense",
                        jwt(KEY, "'room':1234", -600),
                        jwt(KEY.replace('0', '1'), "'room':1234", 600)
                    }) {
                try (var client = new Wire(server.address(), token)) {
                    assertThat(code(client, "{'janus':'create'}")).as(token).isEqualTo(403);
                }
            }
            try (var client =
                    new Wire(server.address(), jwt(KEY, "'plugin':'" + ECHO + "'", 600))) {
                var session = client.newSession();
                assertThat(attach(client, session, ECHO)).isZero();
                assertThat(attach(client, session, VIDEOROOM)).isEqualTo(405);
            }
        }
    }

    /// The code that a request is refused with; 0 for none.
    private static int code(Wire client, String request) {
        return client.request(Wire.object(request)).at("/error/code").asInt();
    }

    private static int attach(Wire client, long session, String plugin) {
        return code(
                client,
                "{'janus':'attach','plugin':'%s','session_id':%d}".formatted(plugin, session));
    }

    /// What an operator is answered, who is not refused.
    private static JsonNode operate(RunningServer server, String request) {
        var body = Wire.object(request).put("transaction", "o").put("admin_secret", "overlord");
        try (var http = HttpClient.newHttpClient()) {
            var answer =
                    Wire.json(
                            http.send(
                                            HttpRequest.newBuilder(
                                                            URI.create(
                                                                    server.server().adminAddress()))
                                                    .POST(
                                                            HttpRequest.BodyPublishers.ofString(
                                                                    body.toString()))
                                                    .build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .body());
            assertThat(answer.path("janus").asText()).as("%s", answer).isEqualTo("success");
            return answer;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no answer to an operator", e);
        }
    }

    /// A token by HS256 (RFC 7515 §3).
    ///
    /// @param seconds for which it is good
    private static String jwt(String key, String claims, int seconds) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        var header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
        var exp = Instant.now().getEpochSecond() + seconds;
        var body = ("{'exp':" + exp + "," + claims + "}").replace('\'', '"');
        var text =
                encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8))
                        + "."
                        + encoder.encodeToString(body.getBytes(StandardCharsets.UTF_8));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            var signature = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return text + "." + encoder.encodeToString(signature);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }
}
