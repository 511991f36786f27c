// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainTest {
    @ParameterizedTest(name = "accepting new sessions {0}: /readyz {1}, /healthz 200")
    @CsvSource({"true, 200", "false, 503"})
    void aServerThatTakesNoNewSessionsIsHealthyButNotReady(String accepting, int ready)
            throws IOException, InterruptedException {
        try (var server = RunningServer.start(Map.of("SIGNALLING_ACCEPT_NEW_SESSIONS", accepting));
                var http = HttpClient.newHttpClient()) {
            assertThat(status(http, server.server().pageAddress() + "readyz")).isEqualTo(ready);
            assertThat(status(http, server.server().pageAddress() + "healthz")).isEqualTo(200);
        }
    }

    private static int status(HttpClient http, String address)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(address)).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
