// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The people of one test in a room of their own; all leave, each with a screenshot, when it ends.
final class Party implements AfterEachCallback {
    static final int PATIENCE_MILLIS = 20_000;

    /// Two seconds of them; longer on a busy machine.
    private static final int FRAMES_OF_A_WINDOW = 2 * CallPage.FRAMES_PER_SECOND;

    private static final AtomicLong LAST_ROOM = new AtomicLong(2_000);

    private long room = LAST_ROOM.incrementAndGet();
    private final List<CallPage> people = new ArrayList<>();
    private final UnreadDatagrams unread = new UnreadDatagrams();

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

    /// Goes by when everybody has sent `frames` more.
    void letEverybodySend(int frames) {
        var wanted = people.stream().map(person -> person.framesSent() + frames).toList();
        for (var i = 0; i < people.size(); i++) {
            var person = people.get(i);
            assertThat(person.awaitFramesSent(wanted.get(i), PATIENCE_MILLIS))
                    .as(() -> person.name() + "'s camera should go on; " + person.story())
                    .isTrue();
        }
    }

    /// In each of so many windows, in which all send as much as in two seconds, everybody gets
    /// something new of every active stream.
    void assertEverythingMoves(int windows) {
        for (var window = 0; window < windows; window++) {
            var before = people.stream().map(CallPage::inbound).toList();
            letEverybodySend(FRAMES_OF_A_WINDOW);
            for (var i = 0; i < people.size(); i++) {
                var person = people.get(i);
                assertEverythingMoved(person.name(), before.get(i), person.inbound());
            }
        }
    }

    /// Nothing is missing but what browsers did not read in time.
    void assertNothingLost(String name, CallPage.Inbound stream) {
        assertThat(stream.lost())
                .as(
                        "packets that %s lost of %s, beside those that browsers left unread",
                        name, stream)
                .isBetween(0L, unread.count());
    }

    private static void assertEverythingMoved(
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
}
