// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.RunningServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Somebody in each of the states in which requests are refused, on a server of their own. Room
/// `ROOM` has the secret `s`; #18 has a pin and private ids too, #19 wants all encrypted, #20 is
/// full with one publisher, #21 has a dummy, and #22 asks for tokens.
final class Cast implements AutoCloseable {
    private final RunningServer server;
    private final Scene scene;
    private final Map<String, Person> people = new HashMap<>();
    private final String dummy;

    Cast(IdKind ids) {
        server =
                RunningServer.start(
                        Map.of(
                                "VIDEOROOM_STRING_IDS",
                                String.valueOf(ids == IdKind.STRING),
                                "VIDEOROOM_ADMIN_KEY",
                                "key"));
        scene = new Scene(server, ids).withAdminKey("key");
        scene.create(",'secret':'s'");
        otherRooms(enter("host", scene.person()));
        enter("newcomer", scene.person());
        enter("feed", scene.publisher("#80"));
        enter("joined", scene.participant("#90"));
        enter("publisher", scene.publisher("#93"));
        enter("viewer", scene.subscriber("#80"));
        enter("gone", scene.participant("#94")).ask("{'request':'leave'}");
        enter("kicked", scene.participant("#95"));
        person("host").ask("{'request':'kick','room':ROOM,'secret':'s','id':#95}");
        assertThat(person("kicked").told().path("reason").asText()).isEqualTo("kicked");
        enter("full", in("#20", "#81")).publish("{'request':'publish'}");
        enter("late", in("#20", "#91"));
        enter("clear", in("#19", "#92"));
        var encrypted = enter("encrypted", scene.participant("#96"));
        encrypted.offer("{'request':'publish'}", true);
        encrypted.connect();
        encrypted.awaitUp();
        dummy = in("#21", "#97").joined().at("/publishers/0/id").toString().replace('"', '\'');
    }

    private static void otherRooms(Person host) {
        for (var room :
                new String[] {
                    "'room':#18,'secret':'s','pin':'p','require_pvtid':true",
                    "'room':#19,'require_e2ee':true",
                    "'room':#20,'publishers':1",
                    "'room':#21,'dummy_publisher':true",
                    "'room':#22,'allowed':['t']",
                }) {
            var created = host.ask("{'request':'create','admin_key':'key'," + room + "}");
            assertThat(created.path("videoroom").asText()).as("%s", created).isEqualTo("created");
        }
    }

    private Person enter(String name, Person person) {
        people.put(name, person);
        return person;
    }

    private Person in(String room, String id) {
        var person = scene.person();
        person.joined(
                person.ask(
                        "{'request':'join','ptype':'publisher','room':%s,'id':%s}"
                                .formatted(room, id)));
        return person;
    }

    Person person(String name) {
        return Objects.requireNonNull(people.get(name), name);
    }

    Scene scene() {
        return scene;
    }

    /// The id of the dummy publisher, in JSON with single quotes.
    String dummy() {
        return dummy;
    }

    @Override
    public void close() {
        scene.close();
        server.close();
    }
}
