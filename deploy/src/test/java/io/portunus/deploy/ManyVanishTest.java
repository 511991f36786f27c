// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.testkit.JanusHandle;
import io.portunus.deploy.testkit.ScriptedPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Very many people with media who are gone at the same moment, as when a building loses power.
@Timeout(60)
class ManyVanishTest {
    private static final int ROOMS = 10;
    private static final int PEOPLE = 20;

    /// So many come at once, lest a busy machine makes them wait too long for one another.
    private static final int AT_ONCE = 8;

    @Test
    @DisplayName("row 40: many with media vanish, are told of once, and leave nothing")
    void theOthersAreToldOfEachOnceAndNothingIsLeft() throws Exception {
        try (var server = RunningServer.start(Map.of());
                var host = server.client()) {
            var survivor = server.publisher(server.newRoom(host));
            var audience = server.subscriber(survivor);
            var rooms = new ArrayList<Long>();
            var witnesses = new ArrayList<JanusHandle>();
            for (var i = 0; i < ROOMS; i++) {
                var witness = host.attach();
                rooms.add(server.newRoom(host));
                witness.join(rooms.getLast(), 0);
                witnesses.add(witness);
            }
            var before = server.whatIsThere();
            var people = gather(server, rooms);
            assertThat(server.whatIsThere())
                    .containsEntry("portunus_media_publishing", 1L + ROOMS * PEOPLE);
            survivor.send(survivor.video(), 0);
            assertThat(audience.awaitRtp().payload()).isEqualTo(survivor.video().payload(0));

            var from = System.nanoTime();
            for (var person : people) {
                person.media().abandon();
                person.client().reset();
            }
            for (var n = 1; n <= 100; n++) {
                survivor.send(survivor.video(), n);
                assertThat(audience.awaitRtp().payload())
                        .as("media of those who stay, packet %d", n)
                        .isEqualTo(survivor.video().payload(n));
            }
            for (var witness : witnesses) {
                for (var i = 0; i < PEOPLE; i++) {
                    witness.awaitEventWith("leaving");
                }
            }
            System.out.printf(
                    "all %d were told to be gone after %.0f ms%n",
                    people.size(), (System.nanoTime() - from) / 1e6);
            server.awaitWhatIsThere(before);
            for (var person : people) {
                var witness = witnesses.get(people.indexOf(person) / PEOPLE);
                assertThat(witness.toldAbout(person.id()))
                        .as("what was told of participant %d", person.id())
                        .containsExactly("unpublished", "leaving");
            }
            server.isForgotten(people.getFirst().answer());
            server.isForgotten(people.getLast().answer());
        }
    }

    /// So many for each room, in the order of the rooms.
    private static List<ScriptedPublisher> gather(RunningServer server, List<Long> rooms)
            throws InterruptedException, ExecutionException {
        var coming = new ArrayList<Future<ScriptedPublisher>>();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var room : rooms) {
                for (var i = 0; i < PEOPLE; i++) {
                    coming.add(threads.submit(() -> server.publisher(room)));
                }
            }
        }
        var people = new ArrayList<ScriptedPublisher>();
        for (var person : coming) {
            people.add(person.get());
        }
        return people;
    }
}
