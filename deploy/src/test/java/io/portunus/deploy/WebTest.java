// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the assembled server serves over HTTP, and to whom it gives a WebSocket.
class WebTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static RunningServer running;
    private static Server server;

    @BeforeAll
    static void start() {
        running = RunningServer.start(Map.of());
        server = running.server();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'', text/html",
        "app.js, text/javascript",
        "style.css, text/css",
        "icon.svg, image/svg+xml",
        "vendor/janus.es.js, text/javascript",
        "metrics, text/plain",
        "healthz, text/plain",
        "readyz, text/plain",
    })
    void whatThePageNeedsIsThere(String path, String type) throws Exception {
        var answer = get(server.pageAddress() + path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(answer.body()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing.html",
                "%2e%2e/portunus-defaults.yaml",
                "..%2fportunus-defaults.yaml",
                "portunus-defaults.yaml",
                "vendor/",
                "index.html%00.js",
                "logback-text.xml"
            })
    void nothingElseIsServed(String path) throws Exception {
        assertThat(get(server.pageAddress() + path).statusCode()).isEqualTo(404);
    }

    @Test
    void aPlainRequestToThePortOfTheApiIsRefused() throws Exception {
        var api = server.webSocketAddress().replace("ws:", "http:");

        assertThat(get(api).statusCode()).isEqualTo(403);
    }

    @Test
    void aWebSocketMustOfferTheSubProtocolAndGetsIt() {
        for (var address :
                new String[] {
                    server.webSocketAddress(), server.pageAddress().replace("http:", "ws:")
                }) {
            var socket = connect(address, "janus-protocol");
            assertThat(socket.getSubprotocol()).isEqualTo("janus-protocol");
            socket.abort();
            assertThatThrownBy(() -> connect(address, "chat"))
                    .as("another sub-protocol at %s", address)
                    .isInstanceOf(RuntimeException.class);
        }
    }

    private static WebSocket connect(String address, String protocol) {
        return HTTP.newWebSocketBuilder()
                .subprotocols(protocol)
                .buildAsync(URI.create(address), new WebSocket.Listener() {})
                .join();
    }

    private static HttpResponse<String> get(String address)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
    }

    @Test
    void theServerKnowsWhenItWasBuilt() {
        assertThat(BuildFacts.read().builtAt()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:]+Z");
        assertThat(BuildFacts.read().commit()).matches("unknown|[0-9a-f]{40}");
    }
}
