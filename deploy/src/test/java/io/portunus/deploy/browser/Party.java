// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The people of one test in a room of their own; all leave, each with a screenshot, when it ends.
final class Party implements AfterEachCallback {
    static final int PATIENCE_MILLIS = 20_000;

    private static final AtomicLong LAST_ROOM = new AtomicLong(2_000);

    private long room = LAST_ROOM.incrementAndGet();
    private final List<CallPage> people = new ArrayList<>();

    /// From now on people join this room, in place of one that nobody else uses.
    void meetIn(long number) {
        room = number;
    }

    long room() {
        return room;
    }

    List<CallPage> people() {
        return people;
    }

    /// A person who joins with the page at `address`.
    CallPage join(Browser browser, String address, String name) {
        return join(browser, address, name, "");
    }

    /// @param more parameters of the link, each with an ampersand before it
    CallPage join(Browser browser, String address, String name, String more) {
        var person = CallPage.join(browser, address, name, room, more);
        people.add(person);
        return person;
    }

    /// Waits until everybody sees and hears `others` others.
    void awaitPictures(int others) {
        for (var person : people) {
            assertThat(person.awaitPictures(others, PATIENCE_MILLIS))
                    .as(() ->
                            "%s should see and hear %d others; %s sees %s"
                                    .formatted(
                                            person.name(),
                                            others,
                                            person.story(),
                                            person.inbound()))
                    .isTrue();
        }
    }

    /// Somebody whose browser was killed has no page to leave.
    void forget(CallPage person) {
        people.remove(person);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        var name = test.getRequiredTestMethod().getName();
        for (var person : people) {
            try {
                person.page()
                        .screenshot(
                                Path.of("target/screenshots", name + "-" + person.name() + ".png"));
                person.leave();
            } catch (RuntimeException _) {
                // A killed browser has no page to leave.
            }
        }
        people.clear();
    }

    /// Every active stream brought something new between the two moments.
    static void assertEverythingMoves(
            String name, List<CallPage.Inbound> before, List<CallPage.Inbound> after) {
        var earlier = byMid(before);
        for (var stream : after) {
            if (stream.direction().equals("inactive") || !earlier.containsKey(stream.mid())) {
                continue;
            }
            var grown =
                    stream.isVideo()
                            ? stream.frames() - earlier.get(stream.mid()).frames()
                            : stream.packets() - earlier.get(stream.mid()).packets();
            assertThat(grown)
                    .as("%s got new %s of %s", name, stream.isVideo() ? "frames" : "sound", stream)
                    .isPositive();
        }
    }

    static Map<String, CallPage.Inbound> byMid(List<CallPage.Inbound> streams) {
        return streams.stream()
                .collect(Collectors.toMap(CallPage.Inbound::mid, Function.identity()));
    }

    /// The same question to all at the same time.
    static <T> List<T> together(List<CallPage> all, Function<CallPage, T> question) {
        var answers =
                all.stream()
                        .map(person -> CompletableFuture.supplyAsync(() -> question.apply(person)))
                        .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
