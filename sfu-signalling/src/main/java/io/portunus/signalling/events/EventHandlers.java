// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// All receivers of events. An event is written down once, on the signalling loop, and put into the
/// queue of each receiver that wants it; nobody waits for a receiver.
public final class EventHandlers implements EventSink, AutoCloseable {
    /// In the place of an SDP that is not to be told.
    static final String MASK = "(masked)";

    /// The subtype of core events that tell of lost ones; this server's own.
    static final int LOSS = 3;

    private final String emitter;
    private final List<EventHandler> handlers;
    private final Set<EventType> wanted = EnumSet.noneOf(EventType.class);

    private EventHandlers(String emitter, List<EventHandler> handlers, Set<EventType> wanted) {
        this.emitter = emitter;
        this.handlers = List.copyOf(handlers);
        this.wanted.addAll(wanted);
    }

    /// Begins to deliver.
    ///
    /// @param emitter the name of this server, which each event carries
    /// @param wallMicros microseconds since 1970
    public static EventHandlers start(
            String emitter, List<HandlerSettings> settings, LongSupplier wallMicros) {
        var handlers = new ArrayList<EventHandler>();
        var wanted = EnumSet.noneOf(EventType.class);
        for (var one : settings) {
            wanted.addAll(one.types());
            var receiver = one.isWebSocket() ? new WebSocketReceiver(one) : new HttpReceiver(one);
            var handler =
                    new EventHandler(
                            one,
                            receiver,
                            new SecureRandom(),
                            lost -> loss(emitter, lost, wallMicros.getAsLong()));
            handler.start();
            handlers.add(handler);
        }
        return new EventHandlers(emitter, handlers, wanted);
    }

    /// Each receiver, for meters.
    public List<EventHandler> handlers() {
        return handlers;
    }

    @Override
    public boolean wants(EventType type) {
        return wanted.contains(type);
    }

    @Override
    public void accept(Event event) {
        var nowNanos = System.nanoTime();
        byte @Nullable [] whole = null;
        byte @Nullable [] masked = null;
        for (var handler : handlers) {
            if (!handler.wants(event.type())) {
                continue;
            }
            if (event.type() == EventType.JSEP && !handler.takesSdps()) {
                masked = masked == null ? Courier.utf8(mask(event)) : masked;
                handler.add(masked, nowNanos);
            } else {
                whole = whole == null ? Courier.utf8(event.envelope(emitter).toString()) : whole;
                handler.add(whole, nowNanos);
            }
        }
    }

    private String mask(Event event) {
        var envelope = event.envelope(emitter).deepCopy();
        if (envelope.path("event").path("jsep") instanceof ObjectNode jsep) {
            jsep.put("sdp", MASK);
        }
        return envelope.toString();
    }

    /// The event that says how many were lost.
    static byte[] loss(String emitter, long lost, long wallMicros) {
        var body =
                JsonNodeFactory.instance.objectNode().put("status", "dropped").put("events", lost);
        var event = new Event(EventType.CORE, LOSS, wallMicros, Subject.SERVER, body);
        return Courier.utf8(event.envelope(emitter).toString());
    }

    /// Sends what still waits.
    @Override
    public void close() {
        handlers.forEach(EventHandler::close);
    }
}
