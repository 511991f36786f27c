// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import static io.portunus.deploy.browser.Party.PATIENCE_MILLIS;
import static io.portunus.deploy.browser.Party.byMid;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.deploy.Server;
import io.portunus.deploy.config.ConfigReader;
import io.portunus.deploy.testkit.JanusClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Three people in a call: two headless Chromiums and a Firefox with fake cameras, on the video
/// chat page and the unmodified janus.js, through the assembled server.
class CallTest {
    private static final int WINDOWS = 3;

    /// What a person notices as "at once"; the limit for a vanished participant.
    private static final int TOLD_WITHIN_MILLIS = 1_000;

    private static Server server;
    private static Browser chromium;
    private static Browser otherChromium;
    private static Browser firefox;

    @RegisterExtension final Party party = new Party();

    @BeforeAll
    static void start() {
        server =
                Server.start(
                        new ConfigReader()
                                .read(
                                        null,
                                        Map.of(
                                                "PORTUNUS_MEDIA_FIRST_UDP_PORT", "0",
                                                "PORTUNUS_MEDIA_WARM_UP", "false",
                                                "PORTUNUS_SIGNALLING_PORT", "0",
                                                "PORTUNUS_WEB_PORT", "0",
                                                "PORTUNUS_TLS_ENABLED", "true",
                                                "PORTUNUS_TLS_PORT", "0")));
        chromium = Browser.chromium();
        otherChromium = Browser.chromium();
        firefox = Browser.firefox();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        otherChromium.close();
        firefox.close();
        server.close();
    }

    @Test
    @DisplayName("row 18: a whole call through janus.js in Chromium and Firefox")
    void everybodySeesAndHearsEverybodyAndNothingIsLost() {
        var lostBefore = lostInTheServer();
        var all = threePeople();

        party.assertEverythingMoves(WINDOWS);

        for (var person : all) {
            var name = person.name();
            for (var stream : person.inbound()) {
                party.assertNothingLost(name, stream);
                if (stream.isVideo()) {
                    assertThat(List.of(stream.width(), stream.height()))
                            .as("size of the picture that %s sees: %s", name, stream)
                            .isEqualTo(List.of(CallPage.WIDTH, CallPage.HEIGHT));
                }
            }
        }
        assertThat(lostInTheServer() - lostBefore)
                .as("packets that the server lost or could not send")
                .isZero();
        assertThat(server.count(Fate.SENT)).as("packets forwarded").isPositive();
    }

    @Test
    void aLateJoinerSeesEverybodyAndIsSeen() {
        join(chromium, "Ann");
        join(firefox, "Eve");
        party.awaitPictures(1);

        var late = join(otherChromium, "Zoe");

        assertThat(late.awaitPictures(2, PATIENCE_MILLIS))
                .as(() -> "the late joiner should see both who were there; " + late.story())
                .isTrue();
        party.awaitPictures(2);
    }

    @Test
    void theOthersKnowAtOnceWhenABrowserIsKilled() {
        try (var doomed = Browser.chromium();
                var witness = new JanusClient(server.webSocketAddress())) {
            var ann = join(chromium, "Ann");
            var eve = join(firefox, "Eve");
            var gone = join(doomed, "Gone");
            party.awaitPictures(2);

            witness.join(party.room(), 0);

            var killedAtNanos = System.nanoTime();
            doomed.kill();

            // Browsers that share two processors are too slow themselves to take the time.
            var told =
                    witness.await(
                            message -> message.at("/plugindata/data").has("leaving"),
                            PATIENCE_MILLIS);
            assertThat(TimeUnit.NANOSECONDS.toMillis(told.atNanos() - killedAtNanos))
                    .as("milliseconds until the room was told of the killed browser")
                    .isLessThanOrEqualTo(TOLD_WITHIN_MILLIS);
            for (var person : List.of(ann, eve)) {
                assertThat(person.awaitStory("gone", PATIENCE_MILLIS))
                        .as(() -> person.name() + " still sees somebody whose browser was killed")
                        .isTrue();
            }
            party.forget(gone);
        }
    }

    @Test
    @DisplayName("row 23: who stops may publish again")
    void unpublishingHidesAndRepublishingShowsAgain() {
        var all = threePeople();
        var ann = all.getFirst();

        ann.run("window.call.unpublish()");
        for (var person : all.subList(1, 3)) {
            assertThat(person.awaitStory("gone", PATIENCE_MILLIS))
                    .as(() -> person.name() + " should be told that Ann unpublished")
                    .isTrue();
        }
        ann.run("window.call.publish()");

        for (var person : all.subList(1, 3)) {
            assertThat(
                            person.awaitStreams(
                                    "new Set(streams.filter((s) => s.kind === 'video'"
                                            + " && s.direction !== 'inactive' && s.frames > 0)"
                                            + ".map((s) => s.feed)).size === 2",
                                    PATIENCE_MILLIS))
                    .as(() -> person.name() + " should see Ann again; " + person.inbound())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("row 21: a second video is announced, subscribed, and its section used again")
    void aSharedScreenIsSeenBesidesTheCamera() {
        var all = threePeople();

        all.getFirst()
                .run(
                        """
                        const canvas = document.createElement("canvas");
                        canvas.width = 640; canvas.height = 360;
                        const pen = canvas.getContext("2d");
                        let step = 0;
                        setInterval(() => {
                          pen.fillStyle = `hsl(${step++ % 360} 80% 50%)`;
                          pen.fillRect(0, 0, 640, 360);
                        }, 50);
                        const track = canvas.captureStream(10).getVideoTracks()[0];
                        // As browsers treat a real screen: rather fewer frames than smaller ones.
                        track.contentHint = "detail";
                        await window.call.share(track);
                        """);

        for (var person : all.subList(1, 3)) {
            assertThat(
                            person.awaitStreams(
                                    "streams.some((s) => s.kind === 'video' && s.frames > 0"
                                            + " && s.width === 640 && s.height === 360)",
                                    PATIENCE_MILLIS))
                    .as(() ->
                            person.name()
                                    + " should see Ann's screen in its own size; "
                                    + person.inbound())
                    .isTrue();
            assertThat(
                            person.inbound().stream()
                                    .filter(stream -> stream.isVideo() && stream.frames() > 0))
                    .as("pictures that %s sees: two people and a screen", person.name())
                    .hasSize(3);
        }
    }

    @Test
    void aPausedViewerSeesNothingNewUntilItResumes() {
        var all = threePeople();
        var eve = all.getLast();

        eve.run("window.call.pause(true)");
        // Frames that were on their way still arrive; from then on nothing may.
        party.letEverybodySend(CallPage.FRAMES_PER_SECOND);
        var paused = eve.inbound();
        party.letEverybodySend(CallPage.FRAMES_PER_SECOND);
        assertThat(framesByMid(eve.inbound()))
                .as("frames of a paused viewer, before and after the others sent more")
                .isEqualTo(framesByMid(paused));

        eve.run("window.call.pause(false)");
        party.assertEverythingMoves(1);
    }

    @Test
    @DisplayName("row 24: a switch without negotiation, in a browser")
    void aSwitchShowsSomebodyElseInTheSamePlaceWithoutNegotiation() {
        var all = threePeople();
        var ann = all.getFirst();
        var videos = ann.inbound().stream().filter(CallPage.Inbound::isVideo).toList();
        var kept = videos.get(0);
        var other = videos.get(1);

        ann.run(
                "window.call.switch('%s', %d, '%s')"
                        .formatted(kept.mid(), other.feed(), other.feedMid()));

        assertThat(
                        ann.awaitStreams(
                                "streams.find((s) => s.mid === '%s').feed === %d"
                                        .formatted(kept.mid(), other.feed()),
                                PATIENCE_MILLIS))
                .as("the section shows the other person")
                .isTrue();
        party.assertEverythingMoves(1);
        var after = Objects.requireNonNull(byMid(ann.inbound()).get(kept.mid()));
        assertThat(after.keyFrames())
                .as("key frames in the switched section: the new source begins with one")
                .isGreaterThan(kept.keyFrames());
        party.assertNothingLost("Ann, who switched,", after);
    }

    @Test
    void overHttpsPageAndCallWorkOnOnePort() {
        party.join(chromium, server.securePageAddress(), "Ann");
        party.join(firefox, server.securePageAddress(), "Eve");
        party.awaitPictures(1);
    }

    @Test
    void theEchoTestSendsOnesOwnPictureAndVoiceBack() {
        for (var browser : List.of(chromium, firefox)) {
            var page = browser.open(server.pageAddress());
            var seen =
                    page.evaluate(
                            """
                            (async () => {
                              const { default: Janus } = await import("/vendor/janus.es.js");
                              const dependencies =
                                Janus.useDefaultDependencies({ adapter: window.adapter });
                              await new Promise((callback) => Janus.init({ dependencies, callback }));
                              const failed = (cause) => { throw new Error(String(cause)); };
                              const janus = await new Promise((success) => {
                                const it = new Janus({
                                  server: `ws://${location.host}/`,
                                  success: () => success(it), error: failed });
                              });
                              const told = [];
                              const handle = await new Promise((success) => janus.attach({
                                plugin: "janus.plugin.echotest", success, error: failed,
                                onmessage: (message, jsep) => {
                                  told.push(message.result);
                                  if (jsep) handle.handleRemoteJsep({ jsep });
                                } }));
                              handle.createOffer({
                                tracks: [{ type: "audio", capture: true, recv: true },
                                         { type: "video", capture: true, recv: true }],
                                success: (jsep) =>
                                  handle.send({ message: { audio: true, video: true }, jsep }),
                                error: failed });
                              for (let i = 0; i < 500; i++) {
                                await new Promise((next) => setTimeout(next, 20));
                                const all = [...((await handle.webrtcStuff.pc?.getStats()) ?? [])]
                                  .map(([, entry]) => entry)
                                  .filter((entry) => entry.type === "inbound-rtp");
                                const frames = all.find((e) => e.kind === "video")?.framesDecoded;
                                const packets = all.find((e) => e.kind === "audio")?.packetsReceived;
                                if (frames > 10 && packets > 10) {
                                  janus.destroy();
                                  return { frames, packets, told };
                                }
                              }
                              return { told };
                            })()
                            """);
            assertThat(seen.path("frames").asInt())
                    .as("frames of the caller's own picture that came back; told %s", seen)
                    .isPositive();
            assertThat(seen.path("told").path(0).asText()).isEqualTo("ok");
            page.close();
        }
    }

    private List<CallPage> threePeople() {
        var all = List.of(join(chromium, "Ann"), join(otherChromium, "Bob"), join(firefox, "Eve"));
        party.awaitPictures(2);
        return all;
    }

    private CallPage join(Browser browser, String name) {
        return party.join(browser, server.pageAddress(), name);
    }

    private static Map<String, Long> framesByMid(List<CallPage.Inbound> streams) {
        return streams.stream()
                .filter(CallPage.Inbound::isVideo)
                .collect(Collectors.toMap(CallPage.Inbound::mid, CallPage.Inbound::frames));
    }

    private static long lostInTheServer() {
        return Set.of(Fate.EGRESS_FULL, Fate.SOCKET_FULL, Fate.SOCKET_ERROR, Fate.KERNEL_DROPPED)
                .stream()
                .mapToLong(server::count)
                .sum();
    }
}
