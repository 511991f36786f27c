// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.http.HttpSettings;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.GatewaySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestFloodTest {
    private static final String PING = "{\"janus\":\"ping\",\"transaction\":\"t\"}";
    private static final String TOO_MANY =
            "{\"janus\":\"error\",\"transaction\":\"t\",\"error\":{\"code\":490,"
                    + "\"reason\":\"Too many requests: no more than 2 a second are taken\"}}";

    @Test
    void moreRequestsOfOneConnectionThanAreTakenAreRefusedAndAnotherConnectionIsServed()
            throws IOException, InterruptedException {
        try (var server =
                        new RestServer(
                                loop -> new Gateway(settings(), loop, List.of(), (_, _) -> {}),
                                RestSettings.DEFAULT,
                                HttpSettings.DEFAULT,
                                AddressList.NONE);
                var flood = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                var other = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            assertThat(post(flood, server.port)).as("the first").contains("pong");
            var last = "";
            for (var i = 0; i < 200 && !last.equals(TOO_MANY); i++) {
                last = post(flood, server.port);
            }

            assertThat(last).isEqualTo(TOO_MANY);
            assertThat(post(other, server.port)).as("somebody else's").contains("pong");
        }
    }

    private static String post(HttpClient client, int port)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/janus"))
                        .POST(HttpRequest.BodyPublishers.ofString(PING))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static GatewaySettings settings() {
        var usual = GatewaySettings.defaults();
        return new GatewaySettings(
                usual.timeouts(),
                new GatewaySettings.Limits(10, 10, 2),
                true,
                false,
                false,
                usual.server());
    }
}
