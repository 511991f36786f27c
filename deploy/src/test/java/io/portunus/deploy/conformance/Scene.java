// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.RunningServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/// A room of its own and those who have to do with it. In what they say and are told, `ROOM` is the
/// room's id and `#7` the id of participant 7, whatever kind of ids the server has.
final class Scene implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("#(\\d+)");
    private static final AtomicLong ROOMS = new AtomicLong(20_000);

    private final RunningServer server;
    private final IdKind ids;
    private final long room = ROOMS.incrementAndGet();
    private final List<Person> people = new ArrayList<>();
    private String adminKey = "";
    private String token = "";

    Scene(RunningServer server, IdKind ids) {
        this.server = server;
        this.ids = ids;
    }

    /// What making rooms needs, where it needs something.
    Scene withAdminKey(String key) {
        adminKey = ",'admin_key':'" + key + "'";
        return this;
    }

    /// What all requests carry, where the server asks for something.
    Scene withToken(String token) {
        this.token = token;
        return this;
    }

    /// Another room on the same server.
    Scene another() {
        var another = new Scene(server, ids);
        another.adminKey = adminKey;
        another.token = token;
        return another;
    }

    /// Makes the room.
    ///
    /// @param more properties, such as `,'pin':'1234'`
    void create(String more) {
        var created =
                person().ask(
                                "{'request':'create','room':ROOM,'publishers':10"
                                        + adminKey
                                        + more
                                        + "}");
        assertThat(created)
                .isEqualTo(json("{'videoroom':'created','room':ROOM,'permanent':false}"));
    }

    /// Somebody who has a handle and is in no room yet.
    Person person() {
        var person = new Person(server, this, token);
        people.add(person);
        return person;
    }

    /// Somebody who has joined.
    ///
    /// @param more elements of the request, such as `,'display':'Ann'`
    Person participant(String id, String more) {
        var person = person();
        var joined =
                person.ask(
                        "{'request':'join','room':ROOM,'ptype':'publisher','id':"
                                + id
                                + more
                                + "}");
        assertThat(joined.path("videoroom").asText()).as("%s", joined).isEqualTo("joined");
        person.joined(joined);
        return person;
    }

    Person participant(String id) {
        return participant(id, "");
    }

    /// Somebody who publishes sound and video.
    Person publisher(String id) {
        var person = participant(id);
        person.publish("{'request':'publish'}");
        return person;
    }

    /// Somebody who receives all that `feed` publishes.
    Person subscriber(String feed) {
        var person = person();
        person.subscribe(
                "{'request':'join','room':ROOM,'ptype':'subscriber','streams':[{'feed':"
                        + feed
                        + "}]}");
        person.start();
        person.connect();
        person.awaitUp();
        return person;
    }

    /// How the plugin refuses a request.
    static ObjectNode error(int code, String text) {
        return Wire.object("{'videoroom':'event'}").put("error_code", code).put("error", text);
    }

    /// JSON with the ids in it.
    ObjectNode json(String text) {
        return Wire.object(fill(text));
    }

    /// JSON text with the ids in it.
    String fill(String text) {
        return fill(text, ids::json);
    }

    /// An error text with the ids in it.
    String fillText(String text) {
        return fill(text, ids::text);
    }

    private String fill(String text, LongFunction<String> id) {
        return ID.matcher(text.replace("ROOM", id.apply(room)))
                .replaceAll(found -> id.apply(Long.parseLong(found.group(1))));
    }

    @Override
    public void close() {
        people.forEach(Person::close);
    }
}
