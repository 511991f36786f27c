// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.portunus.deploy.testkit.ClientSdp;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.JanusHandle;
import io.portunus.deploy.testkit.ScriptedMedia;
import io.portunus.transport.testkit.WebRtcClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A thousand clients come, publish as far as signalling goes, and are gone in every way there is.
@Timeout(120)
class ThousandClientsTest {
    private static final int ROOMS = 50;
    private static final int EACH = 20;

    /// Heap that may stay behind a thousand clients: buffers and tables of the whole process.
    private static final long MAX_HEAP_LEFT = 24L << 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *([0-9]+)");

    /// How somebody goes.
    private enum Way {
        CLOSED,
        RESET,
        HALF_OPEN,
        DETACHED,
        DESTROYED,
        LEFT,
        KICKED,
        HUNG_UP_AND_RESET,
        POLL_BROKEN,
        TIMED_OUT
    }

    /// Somebody who is there.
    private interface Person {
        long id();

        void go();

        /// What is left of its connection is closed.
        void close();
    }

    @Test
    @DisplayName("row 40: a thousand clients go in all ways, are told of once, and leave nothing")
    void theyAreToldOfOnceAndLeaveNothing() {
        try (var server =
                        RunningServer.start(
                                Map.of(
                                        "SIGNALLING_PING_SECONDS",
                                        "1",
                                        "SIGNALLING_PING_TIMEOUT_SECONDS",
                                        "5",
                                        "ADMIN_SECRET",
                                        "x",
                                        "ADMIN_HTTP_PORT",
                                        "0",
                                        "ADMIN_WEBSOCKET_PORT",
                                        "0",
                                        "HTTP_VANISHED_SECONDS",
                                        "1"));
                var host = server.client();
                var http = HttpClient.newHttpClient()) {
            var before = server.whatIsThere();
            // The first of them make what the process keeps for good.
            comeAndGo(server, host, http, 1);
            server.awaitWhatIsThere(before);
            var filesBefore = openFiles();
            var heapBefore = heap();

            comeAndGo(server, host, http, ROOMS);

            server.awaitWhatIsThere(before);
            RunningServer.await(
                    "open files", ThousandClientsTest::openFiles, now -> now <= filesBefore + 4);
            RunningServer.await(
                    "bytes of heap",
                    ThousandClientsTest::heap,
                    now -> now < heapBefore + MAX_HEAP_LEFT);
        }
    }

    private static void comeAndGo(
            RunningServer server, JanusClient host, HttpClient http, int rooms) {
        var scenes = new ArrayList<Scene>();
        for (var i = 0; i < rooms; i++) {
            scenes.add(new Scene(server, host, http));
        }
        for (var scene : scenes) {
            scene.people.forEach(Person::go);
        }
        scenes.forEach(Scene::allAreToldOfOnce);
        scenes.forEach(Scene::close);
    }

    /// One room with a witness.
    private static final class Scene {
        private final JanusClient host;
        private final JanusClient witness;
        private final long room;
        private final List<Person> people = new ArrayList<>();

        Scene(RunningServer server, JanusClient host, HttpClient http) {
            this.host = host;
            room = server.newRoom(host);
            witness = new JanusClient(server.address());
            witness.join(room, 0);
            for (var k = 0; k < EACH; k++) {
                people.add(come(server, host, http, room, Way.values()[k % Way.values().length]));
            }
        }

        void allAreToldOfOnce() {
            for (var person : people) {
                witness.await(
                        told ->
                                told.at("/plugindata/data/leaving").asLong() == person.id()
                                        || told.at("/plugindata/data/kicked").asLong()
                                                == person.id(),
                        20_000);
            }
            for (var person : people) {
                assertThat(witness.handle().toldAbout(person.id()))
                        .as("what was told of participant %d", person.id())
                        .hasSize(1);
            }
        }

        void close() {
            people.forEach(Person::close);
            witness.close();
            host.message("{\"request\":\"destroy\",\"room\":%d,\"secret\":\"s\"}".formatted(room));
        }
    }

    private static Person come(
            RunningServer server, JanusClient host, HttpClient http, long room, Way way) {
        return way == Way.POLL_BROKEN
                ? new Poller(URI.create(server.server().pageAddress()), http, room)
                : new Talker(server, host, http, room, way);
    }

    private static String offer() {
        try (var media = new WebRtcClient()) {
            return ClientSdp.offer(
                    media.description(),
                    ScriptedMedia.opus(109, 0xA000_0001L),
                    ScriptedMedia.vp8(120, 0xB000_0001L));
        }
    }

    private static long openFiles() {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long heap() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    /// Somebody with a WebSocket.
    private static final class Talker implements Person {
        private final JanusClient client;
        private final JanusHandle handle;
        private final JanusClient host;
        private final HttpClient http;
        private final URI admin;
        private final long room;
        private final Way way;
        private final long id;

        Talker(RunningServer server, JanusClient host, HttpClient http, long room, Way way) {
            this.http = http;
            admin = URI.create(server.server().adminAddress());
            this.host = host;
            this.room = room;
            this.way = way;
            client = new JanusClient(server.address());
            handle = client.handle();
            id = client.join(room, 0);
            var answer = handle.ask("{\"request\":\"configure\"}", "offer", offer());
            assertThat(answer.at("/plugindata/data/configured").asText()).isEqualTo("ok");
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public void go() {
            switch (way) {
                case CLOSED -> client.close();
                case RESET -> client.reset();
                case HALF_OPEN -> client.freeze();
                case DETACHED -> {
                    handle.sendDetach();
                    handle.await("detached");
                }
                case DESTROYED -> client.destroySession();
                case LEFT -> handle.ask("{\"request\":\"leave\"}");
                case KICKED -> {
                    host.message(
                            "{\"request\":\"kick\",\"room\":%d,\"secret\":\"s\",\"id\":%d}"
                                    .formatted(room, id));
                    client.close();
                }
                case HUNG_UP_AND_RESET -> {
                    handle.sendHangup();
                    handle.await("hangup");
                    client.reset();
                }
                case TIMED_OUT ->
                        post(
                                http,
                                admin.resolve("/admin/" + client.session()),
                                "{\"janus\":\"set_session_timeout\",\"timeout\":1,"
                                        + "\"admin_secret\":\"x\",\"transaction\":\"t\"}");
                case POLL_BROKEN -> throw new IllegalStateException("that needs a poll");
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /// Somebody who polls.
    private static final class Poller implements Person {
        private final URI web;
        private final HttpClient http;
        private final Socket socket;
        private final long session;
        private final long id;

        Poller(URI web, HttpClient http, long room) {
            this.web = web;
            this.http = http;
            session = post("", "{\"janus\":\"create\"}").at("/data/id").asLong();
            var handle =
                    post(
                                    "/" + session,
                                    "{\"janus\":\"attach\",\"plugin\":\"janus.plugin.videoroom\"}")
                            .at("/data/id")
                            .asLong();
            post(
                    "/" + session + "/" + handle,
                    "{\"janus\":\"message\",\"body\":{\"request\":\"join\",\"ptype\":\"publisher\","
                            + "\"room\":"
                            + room
                            + "}}");
            id =
                    send(http, HttpRequest.newBuilder(at("/" + session)))
                            .at("/plugindata/data/id")
                            .asLong();
            try {
                socket = new Socket(InetAddress.getLoopbackAddress(), web.getPort());
                Thread.ofVirtual().start(this::poll);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// One poll after the other, as clients do.
        private void poll() {
            try (socket) {
                var in = socket.getInputStream();
                var answer = new StringBuilder();
                while (true) {
                    socket.getOutputStream()
                            .write(
                                    "GET /janus/%d HTTP/1.1\r\nHost: x\r\n\r\n"
                                            .formatted(session)
                                            .getBytes(StandardCharsets.US_ASCII));
                    answer.setLength(0);
                    while (answer.indexOf("\r\n\r\n") < 0) {
                        answer.append((char) in.read());
                    }
                    var length = LENGTH.matcher(answer);
                    in.skipNBytes(length.find() ? Long.parseLong(length.group(1)) : 0);
                }
            } catch (IOException _) {
                // It is gone.
            }
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public void close() {
            // Its connection is gone already.
        }

        /// Its connection breaks while it polls.
        @Override
        public void go() {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private URI at(String path) {
            return web.resolve("/janus" + path);
        }

        private JsonNode post(String path, String body) {
            var whole = body.substring(0, body.length() - 1) + ",\"transaction\":\"t\"}";
            return ThousandClientsTest.post(http, at(path), whole);
        }
    }

    private static JsonNode post(HttpClient http, URI address, String body) {
        return send(http, HttpRequest.newBuilder(address).POST(BodyPublishers.ofString(body)));
    }

    private static JsonNode send(HttpClient http, HttpRequest.Builder request) {
        try {
            return JSON.readTree(http.send(request.build(), BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
