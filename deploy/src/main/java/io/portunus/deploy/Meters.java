// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.portunus.core.fate.Fate;
import io.portunus.core.room.RoomGauges;
import io.portunus.signalling.events.EventHandler;
import io.portunus.signalling.http.HttpCounters;
import io.portunus.signalling.http.Refusal;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.RequestMeter;
import io.portunus.signalling.janus.SessionEnd;
import io.portunus.signalling.media.EventLoopSignallingLoop;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.rest.RestCounters;
import io.portunus.signalling.videoroom.VideoRoomPlugin;
import io.portunus.signalling.websocket.WebSocketUpgrade;
import io.portunus.transport.loop.LoopCounters;
import io.portunus.transport.loop.LoopOverload;
import io.portunus.transport.loop.MediaLoops;
import io.portunus.transport.udp.SendCount;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What operators scrape. Counters are read where they are kept when somebody scrapes; nothing is
/// labelled by room or person. Thread-safe.
final class Meters implements RequestMeter {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Meters(MediaLoops media) {
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        // Lives as long as the server.
        @SuppressWarnings("resource")
        var garbage = new JvmGcMetrics();
        garbage.bindTo(registry);
        for (var loop : media.counters()) {
            watch(media, loop);
        }
        registry.getPrometheusRegistry().register(new DelayCollector(media.counters()));
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void onRequest(String verb, int code) {
        registry.counter("portunus.requests", "verb", verb, "code", Integer.toString(code))
                .increment();
    }

    @Override
    public void onSessionEnded(SessionEnd end) {
        registry.counter("portunus.sessions.ended", "reason", end.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    void watch(
            Gateway gateway,
            VideoRoomPlugin rooms,
            WebSocketUpgrade upgrade,
            EventLoopSignallingLoop signalling,
            MediaClient media) {
        gauge("portunus.sessions", gateway, Gateway::sessions);
        gauge("portunus.handles", gateway, Gateway::handles);
        gauge("portunus.videoroom.rooms", rooms, VideoRoomPlugin::roomCount);
        gauge("portunus.websockets", upgrade, WebSocketUpgrade::connections);
        gauge("portunus.signalling.queued", signalling, EventLoopSignallingLoop::queued);
        gauge("portunus.signalling.timers", signalling, EventLoopSignallingLoop::timers);
        FunctionCounter.builder("portunus.signalling.lost.events", media, MediaClient::lostEvents)
                .description("Events of the media side lost, for far too many waited already")
                .register(registry);
    }

    void watch(HttpCounters http, RestCounters rest) {
        for (var refusal : Refusal.values()) {
            FunctionCounter.builder(
                            "portunus.http.refused", http, counters -> counters.refused(refusal))
                    .description("Connections and requests that were not served, and why")
                    .tag("why", refusal.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        gauge("portunus.polls.open", rest, RestCounters::openPolls);
        gauge("portunus.polls.waiting.characters", rest, RestCounters::waitingCharacters);
        FunctionCounter.builder("portunus.polls.vanished", rest, RestCounters::vanishedClients)
                .description("Clients whose long poll broke off and who did not come back")
                .register(registry);
    }

    void watch(EventHandler handler) {
        counter("sent", "Events delivered", handler, EventHandler::delivered);
        counter("dropped", "Events lost, for nobody took them", handler, EventHandler::dropped);
        counter(
                "retries",
                "Messages with events that were sent again",
                handler,
                EventHandler::retries);
        Gauge.builder("portunus.events.queued", handler, EventHandler::queued)
                .description("Events that wait for their receiver")
                .tag("handler", handler.name())
                .register(registry);
    }

    private void counter(
            String name, String what, EventHandler handler, ToDoubleFunction<EventHandler> value) {
        FunctionCounter.builder("portunus.events." + name, handler, value)
                .description(what)
                .tag("handler", handler.name())
                .register(registry);
    }

    private void watch(MediaLoops media, LoopCounters loop) {
        var number = Integer.toString(loop.loop());
        for (var fate : Fate.values()) {
            FunctionCounter.builder("portunus.packets", loop.fates(), fates -> fates.get(fate))
                    .description("What became of each packet")
                    .tag("loop", number)
                    .tag("fate", fate.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        for (var what : SendCount.values()) {
            FunctionCounter.builder("portunus.sends", loop.sends(), sends -> sends.get(what))
                    .description("How datagrams were handed to the system")
                    .tag("loop", number)
                    .tag("what", what.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        for (var gauge : RoomGauges.Gauge.values()) {
            Gauge.builder(
                            "portunus.media." + gauge.name().toLowerCase(Locale.ROOT),
                            loop.rooms(),
                            gauges -> gauges.get(gauge))
                    .tag("loop", number)
                    .register(registry);
        }
        Gauge.builder(
                        "portunus.media.waiting.commands",
                        media,
                        all -> all.counters().get(loop.loop()).waitingCommands())
                .tag("loop", number)
                .register(registry);
        Gauge.builder(
                        "portunus.media.load",
                        media,
                        all -> all.counters().get(loop.loop()).loadPermille() / 1_000.0)
                .description("What part of its time each media loop works")
                .tag("loop", number)
                .register(registry);
        Gauge.builder("portunus.media.shed", loop.overload(), LoopOverload::shedLevel)
                .description("What the loop leaves out: 0 nothing, 64 all video, 128 everything")
                .tag("loop", number)
                .register(registry);
        FunctionCounter.builder("portunus.media.refused", loop.overload(), LoopOverload::refused)
                .description("New connections refused because the loop has no time left")
                .tag("loop", number)
                .register(registry);
        Gauge.builder("portunus.media.loop", () -> 1)
                .description("How each media loop sends and encrypts")
                .tag("loop", number)
                .tag("sockets", loop.sockets().name().toLowerCase(Locale.ROOT))
                .tag("segmentation", loop.sendsRuns() ? "on" : "off")
                .tag("ciphers", loop.cipherProvider())
                .register(registry);
    }

    private <T> void gauge(String name, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).register(registry);
    }
}
