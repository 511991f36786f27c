// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import static io.portunus.deploy.browser.Party.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.Server;
import io.portunus.deploy.config.ConfigReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A call of real browsers whose unmodified janus.js speaks HTTP and long polls only.
class PollingCallTest {
    @RegisterExtension final Party party = new Party();

    @Test
    void aCallWorksByPollsAloneAndAKilledBrowserIsGoneForTheOthers() throws Exception {
        var settings =
                Map.of(
                        "PORTUNUS_MEDIA_FIRST_UDP_PORT", "0",
                        "PORTUNUS_MEDIA_WARM_UP", "false",
                        "PORTUNUS_SIGNALLING_PORT", "0",
                        "PORTUNUS_WEB_PORT", "0",
                        "PORTUNUS_HTTP_VANISHED_SECONDS", "2");
        try (var server = Server.start(new ConfigReader().read(null, settings));
                var firefox = Browser.firefox();
                var doomed = Browser.chromium()) {
            var eve = party.join(firefox, server.pageAddress(), "Eve", "&http");
            var gone = party.join(doomed, server.pageAddress(), "Gone", "&http");
            party.awaitPictures(1);

            assertThat(metrics(server))
                    .as("what carries the call")
                    .contains("portunus_websockets 0.0", "portunus_sessions 2.0");
            var killedAtMillis = System.currentTimeMillis();
            doomed.kill();

            assertThat(eve.awaitStory("gone", PATIENCE_MILLIS))
                    .as("Eve is told that Gone is gone")
                    .isTrue();
            assertThat(eve.toldAtMillis("gone") - killedAtMillis)
                    .as("milliseconds until Eve knew of the killed browser, with 2 s granted")
                    .isBetween(0L, 5_000L);
            party.forget(gone);
            party.forget(eve);
        }
    }

    private static String metrics(Server server) throws IOException {
        try (var stream = URI.create(server.pageAddress() + "metrics").toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
