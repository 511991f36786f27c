// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.http.HttpSettings;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.JsonStyle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The API over HTTP as a client sees it on a real connection.
class RestTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String PING = "{\"janus\":\"ping\",\"transaction\":\"t\"}";

    private static RestServer server;

    @BeforeAll
    static void start() {
        var settings = new RestSettings("/janus", 1, 1, "*", false, JsonStyle.COMPACT);
        server =
                new RestServer(
                        loop ->
                                new Gateway(
                                        GatewaySettings.defaults(), loop, List.of(), (_, _) -> {}),
                        settings,
                        HttpSettings.DEFAULT,
                        AddressList.NONE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aPingIsAnsweredWhateverItsContentTypeIsSaidToBe() {
        for (var type :
                new String[] {"application/json", "text/plain;charset=UTF-8", "image/png"}) {
            var answer = send(request("/janus").header("Content-Type", type), "POST", PING);

            assertThat(answer.body())
                    .as("a ping as %s", type)
                    .isEqualTo("{\"janus\":\"pong\",\"transaction\":\"t\"}");
            assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "ping"})
    void theServerIsAskedByAPlainGet(String verb) {
        var answer = send(request("/janus/" + verb), "GET", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("transaction").asText()).matches("[A-Za-z0-9]{11}");
        assertThat(json(answer).path("janus").asText())
                .isEqualTo(verb.equals("info") ? "server_info" : "pong");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /janus/info, 400",
        "GET, /janus, 404",
        "GET, /janus/, 404",
        "GET, /janus/1/2/3, 404",
        "POST, /janus/1/2/3, 404",
        "GET, /janus/99999, 404",
        "GET, /janus/abc, 404",
        "GET, /janus/0, 404",
        "GET, /janus/99999999999999999999, 404",
        "POST, /janus/abc, 404",
        "POST, /janus/1/abc, 404",
        "GET, /janusx, 404"
    })
    void aPathThatMeansNothingIsAnsweredByStatusAlone(String method, String path, int status) {
        var answer = send(request(path), method, method.equals("POST") ? PING : "");

        assertThat(answer.statusCode()).as("%s %s", method, path).isEqualTo(status);
        if (path.startsWith("/janus/")) {
            assertThat(answer.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "HEAD"})
    void anotherMethodIsRefusedInTheApisOwnWords(String method) {
        var answer = send(request("/janus/info"), method, "");

        assertThat(answer.statusCode()).isEqualTo(200);
        if (!method.equals("HEAD")) {
            assertThat(answer.body())
                    .isEqualTo(
                            "{\"janus\":\"error\",\"error\":{\"code\":450,\"reason\":"
                                    + "\"Unsupported method "
                                    + method
                                    + "\"}}");
        }
    }

    @Test
    void aHandleThatIsPolledPointsToItsSession() {
        var answer = send(request("/janus/77/88?maxev=3"), "GET", "");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("location")).contains("/janus/77");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {oops                                   | 454 | JSON error: on line 1: malformed
                    {"janus":"ping","transaction":"a"} {}   | 454 | JSON error: on line 1: end expected
                    {"janus":"ping","transaction":"\\ud800"} | 454 | JSON error: on line 1: half a character, or U+0000
                    [1]                                     | 455 | JSON error: not an object
                    7                                       | 455 | JSON error: not an object
                    {"janus":"ping"}                        | 456 | Missing mandatory element (transaction)
                    {"janus":"dance","transaction":"a"}     | 457 | Unhandled request 'dance' at this path
                    """)
    void aBodyThatIsNoRequestIsRefusedInTheApisOwnWords(String body, int code, String reason) {
        var answer = send(request("/janus"), "POST", body);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("error").path("code").asInt()).isEqualTo(code);
        assertThat(json(answer).path("error").path("reason").asText()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0xC3, 0xED, 0xFF})
    void aBodyThatIsNotUtf8IsRefusedAndNothingOfItIsDone(int wrong) throws Exception {
        var body = "{\"janus\":\"create\",\"transaction\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        body[body.length - 3] = (byte) wrong;

        var answer =
                CLIENT.send(
                        request("/janus")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body())
                .isEqualTo(
                        "{\"janus\":\"error\",\"error\":{\"code\":454,"
                                + "\"reason\":\"JSON error: on line 1: not UTF-8\"}}");
    }

    @Test
    void idsInPathAndBodyHaveToAgree() {
        var session = create();
        var keepalive = "{\"janus\":\"keepalive\",\"transaction\":\"k\"%s}";

        assertThat(post("/janus/" + session, keepalive.formatted("")))
                .isEqualTo(
                        "{\"janus\":\"ack\",\"session_id\":" + session + ",\"transaction\":\"k\"}");
        assertThat(post("/janus", keepalive.formatted(",\"session_id\":" + session)))
                .contains("\"ack\"");
        assertThat(post("/janus/" + session, keepalive.formatted(",\"session_id\":" + session)))
                .contains("\"ack\"");
        assertThat(post("/janus/" + session, keepalive.formatted(",\"session_id\":1")))
                .contains("\"code\":457", "Conflicting session ID (payload and path)")
                .contains("\"transaction\":\"k\"");
        assertThat(post("/janus/" + session + "/5", keepalive.formatted(",\"handle_id\":6")))
                .contains("\"code\":457", "Conflicting handle ID (payload and path)");
        assertThat(post("/janus/" + session + "/5", keepalive.formatted("")))
                .contains("\"code\":459");
    }

    @Test
    void aPollIsAnsweredAfterAWhileWithASignOfLife() {
        var session = create();

        assertThat(get("/janus/" + session)).isEqualTo("{\"janus\":\"keepalive\"}");
        assertThat(get("/janus/" + session + "?rid=17&maxev=1"))
                .isEqualTo("{\"janus\":\"keepalive\"}");
        assertThat(get("/janus/" + session + "?rid=17&maxev=5"))
                .isEqualTo("[{\"janus\":\"keepalive\"}]");
        assertThat(get("/janus/" + session + "?maxev=-7")).isEqualTo("{\"janus\":\"keepalive\"}");
    }

    @Test
    void aDestroyedSessionIsPolledNoMore() {
        var session = create();
        var waiting = getLater("/janus/" + session);

        assertThat(post("/janus/" + session, "{\"janus\":\"destroy\",\"transaction\":\"d\"}"))
                .contains("success");

        assertThat(waiting.join().statusCode()).isIn(200, 404);
        assertThat(send(request("/janus/" + session), "GET", "").statusCode()).isEqualTo(404);
    }

    static long create() {
        return parse(post("/janus", "{\"janus\":\"create\",\"transaction\":\"c\"}"))
                .path("data")
                .path("id")
                .asLong();
    }

    private static String post(String path, String body) {
        return send(request(path), "POST", body).body();
    }

    private static String get(String path) {
        return send(request(path), "GET", "").body();
    }

    private static CompletableFuture<HttpResponse<String>> getLater(String path) {
        return CLIENT.sendAsync(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path));
    }

    private static HttpResponse<String> send(
            HttpRequest.Builder request, String method, String body) {
        try {
            var publisher =
                    body.isEmpty()
                            ? HttpRequest.BodyPublishers.noBody()
                            : HttpRequest.BodyPublishers.ofString(body);
            return CLIENT.send(
                    request.method(method, publisher).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return parse(answer.body());
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }
}
