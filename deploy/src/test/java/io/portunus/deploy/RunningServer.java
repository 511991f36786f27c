// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.core.fate.Fate;
import io.portunus.deploy.config.ConfigReader;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import io.portunus.deploy.testkit.ServerSdp;
import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.testkit.StunWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The assembled server on free ports of 127.0.0.1, with what tests ask of it. With the property
/// `portunus.test.spread` it has three media loops and puts subscribers on all of them.
/// Thread-safe.
public final class RunningServer implements AutoCloseable {
    private static final String[] WHAT_IS_THERE = {
        "portunus_sessions",
        "portunus_handles",
        "portunus_websockets",
        "portunus_signalling_timers",
        "portunus_videoroom_rooms",
        "portunus_media_rooms",
        "portunus_media_participants",
        "portunus_media_publishing",
        "portunus_media_subscriptions",
        "portunus_media_peers",
        "portunus_media_waiting_commands",
    };

    private static final boolean SPREAD = Boolean.getBoolean("portunus.test.spread");

    /// Any free port of it.
    static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private final Server server;
    private final AtomicLong nextRoom = new AtomicLong(5_000);

    private RunningServer(Server server) {
        this.server = server;
    }

    /// @param changes of the settings, by the names that the environment has for them without
    ///   `PORTUNUS_`
    public static RunningServer start(Map<String, String> changes) {
        return new RunningServer(Server.start(config(changes)));
    }

    /// The same with connections of another making.
    static RunningServer start(Map<String, String> changes, Supplier<PeerFactory> connections) {
        return new RunningServer(Server.start(config(changes), connections));
    }

    private static ServerConfig config(Map<String, String> changes) {
        var environment = new HashMap<String, String>();
        for (var port : new String[] {"MEDIA_FIRST_UDP_PORT", "SIGNALLING_PORT", "WEB_PORT"}) {
            environment.put("PORTUNUS_" + port, "0");
        }
        environment.put("PORTUNUS_MEDIA_ADDRESSES", "[{bind: 127.0.0.1, advertise: 127.0.0.1}]");
        environment.put("PORTUNUS_SIGNALLING_ADDRESS", "127.0.0.1");
        environment.put("PORTUNUS_WEB_ADDRESS", "127.0.0.1");
        environment.put("PORTUNUS_MEDIA_WARM_UP", "false");
        // Tests look again and again how far things have come.
        environment.put("PORTUNUS_HTTP_REQUESTS_PER_SECOND", "0");
        environment.put("PORTUNUS_SIGNALLING_MAX_REQUESTS_PER_SECOND", "0");
        if (SPREAD) {
            environment.put("PORTUNUS_MEDIA_LOOPS", "3");
        }
        // As what else the machine does counts as load, nobody is anywhere by chance.
        environment.put("PORTUNUS_MEDIA_SPREAD_ABOVE_PERCENT", SPREAD ? "0" : "100");
        changes.forEach((name, value) -> environment.put("PORTUNUS_" + name, value));
        return new ConfigReader().read(null, environment);
    }

    public Server server() {
        return server;
    }

    /// Where the Janus API is.
    public String address() {
        return server.webSocketAddress();
    }

    public JanusClient client() {
        return new JanusClient(address());
    }

    /// Makes a room of its own, with the secret `s`; its id.
    public long newRoom(JanusClient by) {
        var room = nextRoom.incrementAndGet();
        var created =
                by.message(
                        "{\"request\":\"create\",\"room\":%d,\"publishers\":100,\"secret\":\"s\"}"
                                .formatted(room));
        assertThat(created.path("videoroom").asText()).as("%s", created).isEqualTo("created");
        return room;
    }

    /// Somebody with a connection of its own who publishes in `room`.
    public ScriptedPublisher publisher(long room) {
        return new ScriptedPublisher(client().handle(), room).publish();
    }

    /// Somebody with a connection of its own who receives what `publisher` sends.
    public ScriptedSubscriber subscriber(ScriptedPublisher publisher) {
        var subscriber =
                new ScriptedSubscriber(client().handle(), publisher.room(), publisher.id()).start();
        if (SPREAD) {
            letSomebodyIn(subscriber.client(), publisher.room());
        }
        return subscriber;
    }

    /// What another loop has asked of the room's own before, that has heard when it answers this.
    private static void letSomebodyIn(JanusClient client, long room) {
        var guest = client.attach();
        guest.join(room, 0);
        guest.ask("{\"request\":\"leave\"}");
        guest.sendDetach();
        guest.await("detached");
    }

    /// Checks that nobody is found any more by what the server once described.
    void isForgotten(ServerSdp described) throws IOException {
        var transport = described.transport();
        var address = transport.candidates().getFirst();
        var unknown = count(Fate.STUN_NOT_FOR_US);
        var check =
                StunWriter.check(new byte[12], transport.ufrag() + ":theirs", true)
                        .integrity(transport.password())
                        .fingerprint()
                        .bytes();
        try (var socket = new DatagramSocket(LOOPBACK)) {
            var server = new InetSocketAddress(address.address(), address.port());
            // When the second has been counted, an answer to the first has been sent.
            for (var sent = 1; sent <= 2; sent++) {
                socket.send(new DatagramPacket(check, check.length, server));
                var all = sent;
                await(
                        "checks for nobody",
                        () -> count(Fate.STUN_NOT_FOR_US) - unknown,
                        now -> now >= all);
            }
            socket.setSoTimeout(1);
            assertThatThrownBy(() -> socket.receive(new DatagramPacket(check, check.length)))
                    .as("an answer on behalf of somebody who is gone")
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    public long count(Fate fate) {
        return server.count(fate);
    }

    /// Waits until `count` is as `wanted`, without any pause but for what others do meanwhile.
    public static void await(String what, LongSupplier count, LongPredicate wanted) {
        var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JanusClient.PATIENCE_MILLIS);
        for (var now = count.getAsLong(); !wanted.test(now); now = count.getAsLong()) {
            if (System.nanoTime() > until) {
                throw new AssertionError(what + " stays at " + now);
            }
            Thread.onSpinWait();
        }
    }

    /// How much there is of what goes away with its client, by the names of the metrics.
    public Map<String, Long> whatIsThere() {
        var there = new TreeMap<String, Long>();
        for (var name : WHAT_IS_THERE) {
            there.put(name, 0L);
        }
        metrics()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line ->
                        there.computeIfPresent(
                                line.split("[{ ]", 2)[0], (_, sum) -> sum + (long) valueOf(line)));
        return there;
    }

    private static double valueOf(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    /// Waits until there is as much as `before`.
    public void awaitWhatIsThere(Map<String, Long> before) {
        var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JanusClient.PATIENCE_MILLIS);
        var now = whatIsThere();
        while (!now.equals(before) && System.nanoTime() < until) {
            now = whatIsThere();
        }
        assertThat(now).as("what the server holds, after a while").isEqualTo(before);
    }

    public String metrics() {
        try (var stream = URI.create(server.pageAddress() + "metrics").toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
