// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.auth.Authenticator;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.media.SignallingLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A gateway in virtual time with one plugin, `test.echo`, that answers as its message asks it to.
public final class CoreApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    public final Time time = new Time();
    final List<Handle> attached = new ArrayList<>();
    final List<Handle> detached = new ArrayList<>();

    /// Why sessions ended, in order.
    public final List<SessionEnd> ends = new ArrayList<>();

    final Gateway gateway;
    private boolean peerConnection = true;

    CoreApi(GatewaySettings settings) {
        this(settings, AuthSettings.OPEN);
    }

    public CoreApi(GatewaySettings settings, AuthSettings auth) {
        gateway =
                new Gateway(
                        settings,
                        new Authenticator(auth, time::epochSeconds),
                        time,
                        List.of(new EchoingPlugin()),
                        new Meter(),
                        Monitor.OFF);
        gateway.start();
    }

    /// With the plugins that `plugins` makes for the loop.
    public CoreApi(Function<SignallingLoop, List<Plugin>> plugins) {
        this(GatewaySettings.defaults(), AuthSettings.OPEN, plugins, Monitor.OFF);
    }

    /// The same, told of to `monitor`.
    public CoreApi(Function<SignallingLoop, List<Plugin>> plugins, Monitor monitor) {
        this(GatewaySettings.defaults(), AuthSettings.OPEN, plugins, monitor);
    }

    /// The same with other settings.
    public CoreApi(
            GatewaySettings settings,
            AuthSettings auth,
            Function<SignallingLoop, List<Plugin>> plugins) {
        this(settings, auth, plugins, Monitor.OFF);
    }

    private CoreApi(
            GatewaySettings settings,
            AuthSettings auth,
            Function<SignallingLoop, List<Plugin>> plugins,
            Monitor monitor) {
        gateway =
                new Gateway(
                        settings,
                        new Authenticator(auth, time::epochSeconds),
                        time,
                        plugins.apply(time),
                        new Meter(),
                        monitor);
        gateway.start();
    }

    /// What another carrier of the API hands its requests to.
    public Gateway gateway() {
        return gateway;
    }

    /// Stops the server.
    public void stop() {
        gateway.stop();
    }

    CoreApi() {
        this(GatewaySettings.defaults());
    }

    /// Whether handles of `test.echo` have a PeerConnection.
    void peerConnection(boolean on) {
        peerConnection = on;
    }

    public int sessions() {
        return gateway.sessions();
    }

    public int handles() {
        return gateway.handles();
    }

    public Peer connect() {
        return new Peer();
    }

    /// JSON written with single quotes, as it reads better in a test.
    public static JsonNode json(String text) {
        return parse(text.replace('\'', '"'));
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A client and everything it was sent.
    public final class Peer implements Client {
        private final Deque<JsonNode> received = new ArrayDeque<>();
        private final RequestBudget budget = gateway.newBudget();
        final List<Long> claimedFromHere = new ArrayList<>();
        final List<Long> ended = new ArrayList<>();
        private boolean frozen;
        private boolean open = true;

        public void say(String text) {
            gateway.onMessage(this, text.startsWith("{\"") ? text : text.replace('\'', '"'));
            time.run();
        }

        /// Says something, in JSON as it is, and the loop goes no further than to the reply.
        public void post(String text) {
            gateway.onMessage(this, text);
        }

        /// From now on it answers no ping, or answers again.
        public void frozen(boolean on) {
            frozen = on;
        }

        /// Says something and is gone before the loop has turned.
        public void sayAndClose(String text) {
            gateway.onMessage(this, text);
            gateway.onClosed(this);
            time.run();
        }

        /// The next thing that was sent, or null.
        public @Nullable JsonNode heard() {
            return received.poll();
        }

        public JsonNode ask(String text) {
            say(text);
            var answer = heard();
            if (answer == null) {
                throw new AssertionError("no answer to " + text);
            }
            return answer;
        }

        public long newSession() {
            return ask("{'janus':'create','transaction':'c'}").path("data").path("id").asLong();
        }

        long newHandle(long session) {
            return newHandle(session, "test.echo");
        }

        public long newHandle(long session, String plugin) {
            return ask("{'janus':'attach','plugin':'"
                            + plugin
                            + "','transaction':'a','session_id':"
                            + session
                            + "}")
                    .path("data")
                    .path("id")
                    .asLong();
        }

        public void close() {
            open = false;
            gateway.onClosed(this);
            time.run();
        }

        /// The connection breaks, which the loop does not hear of until it is closed.
        void breakOff() {
            open = false;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public RequestBudget budget() {
            return budget;
        }

        @Override
        public void onSessionClaimed(long session) {
            claimedFromHere.add(session);
        }

        @Override
        public void onSessionEnded(long session) {
            ended.add(session);
        }

        @Override
        public void send(String json) {
            received.add(parse(json));
        }

        @Override
        public void probe(int waitMillis, Consumer<Boolean> answer) {
            if (frozen) {
                time.schedule(Duration.ofMillis(waitMillis), () -> answer.accept(false));
            } else {
                answer.accept(true);
            }
        }

        @Override
        public String remote() {
            return "test";
        }
    }

    /// The signalling loop's time, moved by hand.
    public static final class Time implements SignallingLoop {
        /// What [#epochSeconds] shows at the beginning.
        static final long BEGINS_AT_SECONDS = 1_780_000_000;

        private record Due(long atNanos, long number, Runnable task) {}

        // What is due at the same time runs in the order in which it was asked for, as on a loop.
        private final PriorityQueue<Due> due =
                new PriorityQueue<>(
                        Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::number));
        private long nowNanos;
        private long lastNumber;
        private boolean full;

        /// Whether the loop takes no more for now, but what was asked for later.
        public void full(boolean on) {
            full = on;
        }

        /// Runs the next task that is due now; false where there is none.
        public boolean step() {
            var next = due.peek();
            if (next == null || next.atNanos() > nowNanos) {
                return false;
            }
            due.remove(next);
            next.task().run();
            return true;
        }

        public void advance(Duration by) {
            var until = nowNanos + by.toNanos();
            for (var next = due.peek();
                    next != null && next.atNanos() <= until;
                    next = due.peek()) {
                due.remove(next);
                nowNanos = Math.max(nowNanos, next.atNanos());
                next.task().run();
            }
            nowNanos = until;
        }

        void run() {
            advance(Duration.ZERO);
        }

        /// A wall clock that shows some day in 2026 when all begins.
        long epochSeconds() {
            return BEGINS_AT_SECONDS + nowNanos / 1_000_000_000;
        }

        @Override
        public long nowNanos() {
            return nowNanos;
        }

        @Override
        public boolean isInLoop() {
            return true;
        }

        @Override
        public boolean execute(Runnable task) {
            return !full && due.add(new Due(nowNanos, ++lastNumber, task));
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            var entry = new Due(nowNanos + delay.toNanos(), ++lastNumber, task);
            due.add(entry);
            return () -> due.remove(entry);
        }
    }

    private final class Meter implements RequestMeter {
        @Override
        public void onRequest(String verb, int code) {}

        @Override
        public void onSessionEnded(SessionEnd end) {
            ends.add(end);
        }
    }

    private final class EchoingPlugin implements Plugin {
        @Override
        public String name() {
            return "test.echo";
        }

        @Override
        public Description description() {
            return new Description("Echo", "us", "for tests", 1, "0.0.1");
        }

        @Override
        public PluginSession attach(Handle handle) {
            if ("fail".equals(handle.opaqueId())) {
                throw new IllegalStateException("planted");
            }
            attached.add(handle);
            return new EchoingSession(handle);
        }
    }

    private final class EchoingSession implements PluginSession {
        private final Handle handle;

        EchoingSession(Handle handle) {
            this.handle = handle;
        }

        @Override
        public Result onMessage(String transaction, ObjectNode body, @Nullable Jsep jsep) {
            return switch (body.path("request").asText()) {
                case "later" -> {
                    // At once, to show that the ack still comes first.
                    handle.push(transaction, body, jsep);
                    yield new Result.Accepted();
                }
                case "refuse" -> new Result.Failed(465, "no such SDP");
                case "fail" -> throw new IllegalStateException("planted");
                default -> new Result.Done(body);
            };
        }

        @Override
        public void onHangupAsked(PeerEnd why) {
            if (peerConnection) {
                handle.notify("hangup", fields -> fields.put("reason", why.apiReason()));
            }
        }

        @Override
        public void onDetached() {
            detached.add(handle);
        }
    }
}
