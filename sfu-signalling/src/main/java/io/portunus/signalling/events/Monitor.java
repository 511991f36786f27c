// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What the parts of the server tell of what happens in them. Costs next to nothing where nobody
/// listens: bodies are only made for types that somebody wants. Confined to the signalling loop.
public final class Monitor {
    /// Nobody listens.
    public static final Monitor OFF = new Monitor(EventSink.NONE, StatisticsSettings.OFF, () -> 0);

    private static final int STATUS = 1;
    private static final int SHUTDOWN = 2;

    private final EventSink sink;
    private final StatisticsSettings statistics;
    private final LongSupplier wallMicros;

    /// @param wallMicros microseconds since 1970
    public Monitor(EventSink sink, StatisticsSettings statistics, LongSupplier wallMicros) {
        this.sink = sink;
        this.statistics = statistics;
        this.wallMicros = wallMicros;
    }

    /// Whether anybody wants to know anything.
    public boolean isOn() {
        for (var type : EventType.values()) {
            if (sink.wants(type)) {
                return true;
            }
        }
        return false;
    }

    public boolean wants(EventType type) {
        return sink.wants(type);
    }

    /// How the statistics of media are told; [StatisticsSettings#OFF] where nobody wants them.
    StatisticsSettings statistics() {
        return sink.wants(EventType.MEDIA) ? statistics : StatisticsSettings.OFF;
    }

    /// To tell of what concerns one handle.
    public HandleMonitor of(Subject subject) {
        return new HandleMonitor(this, subject);
    }

    /// @param transport the package name of what carries it, such as `janus.transport.websockets`
    /// @param connection the name of the client's connection
    public void sessionCreated(long session, String transport, String connection) {
        tell(
                EventType.SESSION,
                0,
                Subject.session(session),
                () -> {
                    var body = named("created");
                    body.putObject("transport").put("transport", transport).put("id", connection);
                    return body;
                });
    }

    public void sessionEnded(long session, boolean timedOut) {
        tell(
                EventType.SESSION,
                0,
                Subject.session(session),
                () -> named(timedOut ? "timeout" : "destroyed"));
    }

    /// What an application wants to be told along with all else.
    public void external(String schema, JsonNode data) {
        tell(
                EventType.EXTERNAL,
                0,
                Subject.SERVER,
                () -> object().put("schema", schema).set("data", data));
    }

    /// Something in a plugin that concerns no handle.
    ///
    /// @param data with `event`, its name
    public void plugin(String plugin, Supplier<ObjectNode> data) {
        tell(
                EventType.PLUGIN,
                0,
                Subject.SERVER,
                () -> object().put("plugin", plugin).set("data", data.get()));
    }

    /// @param connection the name of the client's connection
    /// @param data with `event`: `connected`, `disconnected` or `request`
    public void transport(String transport, String connection, Supplier<ObjectNode> data) {
        tell(
                EventType.TRANSPORT,
                0,
                Subject.SERVER,
                () ->
                        object().put("transport", transport)
                                .put("id", connection)
                                .set("data", data.get()));
    }

    /// The server is there.
    ///
    /// @param info what the `info` verb tells
    public void started(Supplier<ObjectNode> info) {
        status("started", info);
    }

    /// The server has been told to do something differently.
    public void updated(Supplier<ObjectNode> info) {
        status("update", info);
    }

    /// The server stops.
    ///
    /// @param signal the number of the signal that says so
    public void stopping(int signal) {
        tell(
                EventType.CORE,
                SHUTDOWN,
                Subject.SERVER,
                () -> object().put("status", "shutdown").put("signum", signal));
    }

    private void status(String status, Supplier<ObjectNode> info) {
        tell(
                EventType.CORE,
                STATUS,
                Subject.SERVER,
                () -> object().put("status", status).set("info", info.get()));
    }

    void tell(EventType type, int subtype, Subject subject, Supplier<JsonNode> body) {
        if (sink.wants(type)) {
            sink.accept(new Event(type, subtype, wallMicros.getAsLong(), subject, body.get()));
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    private static ObjectNode named(String name) {
        return object().put("name", name);
    }
}
