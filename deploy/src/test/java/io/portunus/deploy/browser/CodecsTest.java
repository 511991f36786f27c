// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import static io.portunus.deploy.browser.Party.PATIENCE_MILLIS;
import static io.portunus.deploy.browser.Party.byMid;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.Server;
import io.portunus.deploy.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calls in each codec that real browsers without special hardware send: everybody sees, hears,
/// comes late and switches.
class CodecsTest {
    private static Server server;
    private static Browser chromium;
    private static Browser firefox;

    @RegisterExtension final Party party = new Party();

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        var config = folder.resolve("rooms.yaml");
        Files.writeString(
                config,
                """
                rooms:
                  - {room: 1, videocodec: vp9, audiocodec: g722}
                  - {room: 2, videocodec: av1, audiocodec: pcma}
                  - {room: 3, videocodec: h264, audiocodec: pcmu}
                  - {room: 4, bitrate: 64000, bitrate_cap: true}
                """);
        server =
                Server.start(
                        new ConfigReader()
                                .read(
                                        config,
                                        Map.of(
                                                "PORTUNUS_MEDIA_FIRST_UDP_PORT", "0",
                                                "PORTUNUS_MEDIA_WARM_UP", "false",
                                                "PORTUNUS_SIGNALLING_PORT", "0",
                                                "PORTUNUS_WEB_PORT", "0")));
        chromium = Browser.chromium();
        firefox = Browser.firefox();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        firefox.close();
        server.close();
    }

    @Test
    void nobodySendsMoreVideoThanTheRoomsCap() {
        party.meetIn(4);
        party.join(chromium, server.pageAddress(), "Ann");
        party.join(firefox, server.pageAddress(), "Eve");
        party.awaitPictures(1);

        for (var person : party.people()) {
            // Browsers begin below any cap and rise within seconds.
            var millis = 4_000;
            var before = person.videoBytesSentAfter(millis);
            var sent = person.videoBytesSentAfter(millis) - before;
            assertThat(sent * 8 * 1_000 / millis)
                    .as("bit/s of video that %s sends", person.name())
                    .isBetween(10_000L, 64_000L * 5 / 4);
        }
    }

    /// Firefox brings no H.264 of its own: it fetches that one from a network that tests don't use.
    @ParameterizedTest(name = "{1} and {2}")
    @CsvSource({"1, VP9, G722, true", "2, AV1, PCMA, true", "3, H264, PCMU, false"})
    void everybodySeesAndHearsEverybody(
            long room, String video, String audio, boolean withFirefox) {
        party.meetIn(room);
        var ann = party.join(chromium, server.pageAddress(), "Ann");
        party.join(withFirefox ? firefox : chromium, server.pageAddress(), "Eve");
        party.awaitPictures(1);
        party.join(chromium, server.pageAddress(), "Zoe");
        party.awaitPictures(2);

        party.assertEverythingMoves(1);
        for (var person : party.people()) {
            for (var stream : person.inbound()) {
                assertThat(stream.codec())
                        .as("what %s receives", person.name())
                        .isEqualToIgnoringCase(
                                stream.isVideo() ? "video/" + video : "audio/" + audio);
                party.assertNothingLost(person.name(), stream);
            }
        }

        var videos = ann.inbound().stream().filter(CallPage.Inbound::isVideo).toList();
        var kept = videos.get(0);
        var other = videos.get(1);
        ann.run(
                "window.call.switch('%s', %d, '%s')"
                        .formatted(kept.mid(), other.feed(), other.feedMid()));
        assertThat(
                        ann.awaitStreams(
                                "streams.find((s) => s.mid === '%s').keyFrames > %d"
                                        .formatted(kept.mid(), kept.keyFrames()),
                                PATIENCE_MILLIS))
                .as("the picture in the same place begins anew with a key frame; " + ann.inbound())
                .isTrue();
        party.assertEverythingMoves(1);
        party.assertNothingLost(
                "Ann, who switched,", Objects.requireNonNull(byMid(ann.inbound()).get(kept.mid())));
    }
}
