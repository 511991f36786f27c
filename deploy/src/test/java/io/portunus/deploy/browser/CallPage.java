// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// One person's video chat page in a call: what they see and hear, by the browser's own
/// `getStats()`.
final class CallPage {
    /// What the fake cameras are asked to send, so that two cores carry three browsers.
    static final int WIDTH = 320;

    static final int HEIGHT = 180;
    static final int FRAMES_PER_SECOND = 15;

    private static final String WATCH =
            """
            (() => {
              window.story = [];
              const call = window.call;
              for (const type of ["joined", "participant", "gone", "talking",
                                "ended", "trouble"]) {
                call.addEventListener(type, ({ detail }) =>
                  window.story.push({ type, at: Date.now(), ...detail }));
              }
              return true;
            })()
            """;
    private static final String INBOUND =
            """
            (async () => {
              const viewer = window.call?.connections.viewer;
              if (!viewer) return [];
              const found = [];
              const stats = await viewer.getStats();
              for (const entry of stats.values()) {
                if (entry.type !== "inbound-rtp") continue;
                const section = viewer.getTransceivers().find((t) => t.mid === entry.mid);
                const from = window.call.sourceOf(entry.mid);
                found.push({
                  codec: stats.get(entry.codecId)?.mimeType ?? "",
                  mid: entry.mid, kind: entry.kind, feed: from?.feed, feedMid: from?.feedMid,
                  direction: section?.currentDirection,
                  frames: entry.framesDecoded ?? 0, keyFrames: entry.keyFramesDecoded ?? 0,
                  width: entry.frameWidth ?? 0, height: entry.frameHeight ?? 0,
                  packets: entry.packetsReceived, lost: entry.packetsLost,
                  samples: entry.totalSamplesReceived ?? 0,
                  silent: entry.concealedSamples ?? 0,
                });
              }
              return found;
            })()
            """;
    private static final String SENT =
            """
            (async () => {
              let frames = 0;
              const stats = await window.call.connections.publisher.getStats();
              for (const entry of stats.values()) {
                if (entry.type === "outbound-rtp" && entry.kind === "video") {
                  frames += entry.framesEncoded ?? 0;
                }
              }
              return frames;
            })()
            """;
    private final String name;
    private final Page page;

    private CallPage(String name, Page page) {
        this.name = name;
        this.page = page;
    }

    /// Opens the page in `browser` and joins `room` as `name`.
    static CallPage join(Browser browser, String address, String name, long room) {
        return join(browser, address, name, room, "");
    }

    /// @param more parameters of the link, each with an ampersand before it
    static CallPage join(Browser browser, String address, String name, long room, String more) {
        var page =
                browser.open(
                        "%s?room=%d&name=%s&video=%dx%d@%d%s&join"
                                .formatted(
                                        address,
                                        room,
                                        name,
                                        WIDTH,
                                        HEIGHT,
                                        FRAMES_PER_SECOND,
                                        more));
        if (!page.await("window.call !== undefined", 10_000)) {
            throw new AssertionError(name + "'s page did not start a call");
        }
        page.evaluate(WATCH);
        return new CallPage(name, page);
    }

    String name() {
        return name;
    }

    Page page() {
        return page;
    }

    /// One received stream.
    record Inbound(
            String mid,
            String kind,
            String codec,
            long feed,
            String feedMid,
            String direction,
            long frames,
            long keyFrames,
            int width,
            int height,
            long packets,
            long lost,
            long samples) {
        boolean isVideo() {
            return kind.equals("video");
        }
    }

    /// What is received right now.
    List<Inbound> inbound() {
        return read(page.evaluate(INBOUND));
    }

    /// How many frames of its own it has sent.
    long framesSent() {
        return page.evaluate(SENT).asLong();
    }

    /// Waits until it has sent so many frames in all.
    boolean awaitFramesSent(long frames, int millis) {
        return page.await("(await " + SENT + ") >= " + frames, millis);
    }

    private static List<Inbound> read(JsonNode entries) {
        var list = new ArrayList<Inbound>();
        for (var entry : entries) {
            list.add(
                    new Inbound(
                            entry.path("mid").asText(),
                            entry.path("kind").asText(),
                            entry.path("codec").asText(),
                            entry.path("feed").asLong(),
                            entry.path("feedMid").asText(),
                            entry.path("direction").asText(),
                            entry.path("frames").asLong(),
                            entry.path("keyFrames").asLong(),
                            entry.path("width").asInt(),
                            entry.path("height").asInt(),
                            entry.path("packets").asLong(),
                            entry.path("lost").asLong(),
                            entry.path("samples").asLong()));
        }
        return list;
    }

    /// How many bytes of video have been sent when `millis` have gone by; the browser keeps the
    /// time.
    long videoBytesSentAfter(int millis) {
        return page.evaluate(
                        """
                        (async () => {
                          await new Promise((next) => setTimeout(next, %d));
                          let bytes = 0;
                          const stats = await window.call.connections.publisher.getStats();
                          for (const entry of stats.values()) {
                            if (entry.type === "outbound-rtp" && entry.kind === "video") bytes += entry.bytesSent;
                          }
                          return bytes;
                        })()
                        """
                                .formatted(millis))
                .asLong();
    }

    /// Waits until `count` video streams have each shown a frame and as many audio streams sound.
    boolean awaitPictures(int count, int millis) {
        return page.await(
                "(async () => { const all = await "
                        + INBOUND
                        + "; const seen = all.filter((s) => s.kind === 'video' && s.frames > 0);"
                        + " const heard = all.filter((s) => s.kind === 'audio' && s.samples > 0);"
                        + " return seen.length >= "
                        + count
                        + " && heard.length >= "
                        + count
                        + "; })()",
                millis);
    }

    /// Waits until `condition` over `streams`, all that is received, holds.
    boolean awaitStreams(String condition, int millis) {
        return page.await(
                "(async () => { const streams = await "
                        + INBOUND
                        + "; return "
                        + condition
                        + "; })()",
                millis);
    }

    /// Waits until an event of `type` has been told to the page.
    boolean awaitStory(String type, int millis) {
        return page.await("window.story.some((e) => e.type === '" + type + "')", millis);
    }

    /// When the page was told of the first event of `type`, on the machine's clock; -1 if not yet.
    long toldAtMillis(String type) {
        return page.evaluate("window.story.find((e) => e.type === '" + type + "')?.at ?? -1")
                .asLong();
    }

    /// Everything the page was told, for failure messages.
    String story() {
        return name + " was told " + page.evaluate("window.story");
    }

    void run(String script) {
        page.evaluate("(async () => { " + script + "; return true; })()");
    }

    void leave() {
        page.evaluate("(window.call?.leave(), true)");
        page.close();
    }
}
