// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaDoor;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginContext;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.media.EventLoopSignallingLoop;
import io.portunus.signalling.media.MediaClient;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A plugin that a jar on the class path brings along, as `docs/plugins.md` shows it.
class OwnPluginTest {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void clientsAttachToItAndAreAnsweredAtOnceOrLater() {
        try (var client = new JanusClient(server.address())) {
            var dice = client.attach("example.plugin.dice");

            var rolled = dice.ask("{\"request\":\"roll\"}");
            assertThat(rolled.path("dice").asText()).isEqualTo("rolled");
            assertThat(rolled.path("value").asInt()).isBetween(1, 6);
            assertThat(dice.ask("{\"request\":\"shake\"}").path("dice").asText())
                    .as("the event that follows")
                    .isEqualTo("rolled");
            assertThat(dice.ask("{\"request\":\"eat\"}").path("error").asText())
                    .isEqualTo("Roll or shake");
        }
    }

    @Test
    void itsLimitHoldsAndWhoDetachesHearsNothingMore() {
        try (var client = new JanusClient(server.address())) {
            var dice = client.attach("example.plugin.dice");
            for (var i = 0; i < 8; i++) {
                dice.send("{\"request\":\"shake\"}");
            }

            assertThat(dice.ask("{\"request\":\"shake\"}").path("error").asText())
                    .isEqualTo("No more dice");
            dice.sendDetach();
            dice.await("detached");

            // Shaken after the others, and so done after them.
            client.attach("example.plugin.dice").ask("{\"request\":\"shake\"}");
            assertThat(dice.told())
                    .extracting(told -> told.path("janus").asText())
                    .as("what the detached handle was told")
                    .doesNotContain("event");
        }
    }

    @Test
    void itIsListedBesideTheOthers() {
        try (var client = new JanusClient(server.address())) {
            assertThat(client.info().path("plugins"))
                    .extracting(plugin -> plugin.path("name").asText())
                    .contains("Dice", "JANUS VideoRoom plugin", "JANUS EchoTest plugin");
        }
    }

    @Test
    void twoOfOneNameStopTheStart() {
        try (var loop = new EventLoopSignallingLoop()) {
            var media = new MediaClient(loop, new NoMedia());

            assertThatThrownBy(() ->
                            Plugins.all(
                                    new Namesake(), new PluginContext(media, loop, Monitor.OFF)))
                    .hasMessage("there are two plugins example.plugin.dice");
        }
    }

    private static final class NoMedia implements MediaDoor {
        @Override
        public int loops() {
            return 1;
        }

        @Override
        public boolean send(int loop, MediaCommand command) {
            return false;
        }

        @Override
        public int leastLoadedLoop() {
            return 0;
        }
    }

    private static final class Namesake implements Plugin {
        @Override
        public String name() {
            return "example.plugin.dice";
        }

        @Override
        public Description description() {
            return new Description("", "", "", 1, "");
        }

        @Override
        public PluginSession attach(Handle handle) {
            throw new UnsupportedOperationException();
        }
    }
}
