// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.EventsConfig;
import io.portunus.signalling.events.EventHandlers;
import io.portunus.signalling.events.EventSink;
import io.portunus.signalling.events.EventType;
import io.portunus.signalling.events.HandlerSettings;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.events.StatisticsSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The events part of the settings in the terms of signalling.
final class EventSettings {
    private EventSettings() {}

    /// Starts the receivers that are listed.
    ///
    /// @param emitter the name of this server
    static EventHandlers start(EventsConfig config, String emitter) {
        var settings = config.handlers().stream().map(EventSettings::of).toList();
        return EventHandlers.start(emitter, settings, EventSettings::wallMicros);
    }

    /// What the server's parts tell of goes to `handlers`.
    static Monitor monitor(EventsConfig config, EventHandlers handlers) {
        var statistics =
                new StatisticsSettings(
                        Duration.ofSeconds(config.statsPeriodSeconds()),
                        config.combineMediaStats());
        var sink = handlers.handlers().isEmpty() ? EventSink.NONE : handlers;
        return new Monitor(sink, statistics, EventSettings::wallMicros);
    }

    private static HandlerSettings of(EventsConfig.Handler one) {
        return new HandlerSettings(
                one.name(),
                URI.create(one.url()),
                types(one.types()),
                one.sdps(),
                one.grouping(),
                new HandlerSettings.Access(one.user(), one.password(), one.secret()),
                new HandlerSettings.Limits(
                        one.batchEvents(),
                        one.batchBytes(),
                        Duration.ofMillis(one.delayMillis()),
                        one.queueEvents(),
                        one.queueBytes(),
                        Duration.ofMillis(one.timeoutMillis()),
                        Duration.ofMillis(one.firstRetryMillis()),
                        Duration.ofMillis(one.longestRetryMillis())));
    }

    private static Set<EventType> types(List<String> names) {
        var types = EnumSet.noneOf(EventType.class);
        for (var name : names) {
            var wanted = name.toLowerCase(Locale.ROOT);
            if (wanted.equals("all")) {
                return EnumSet.allOf(EventType.class);
            }
            var type = EventType.of(wanted);
            if (type == null) {
                throw new BadSettingException(
                        "events.handlers.types: there is no type "
                                + name
                                + "; there are all, "
                                + String.join(
                                        ", ",
                                        EnumSet.allOf(EventType.class).stream()
                                                .map(EventType::apiName)
                                                .toList()));
            }
            types.add(type);
        }
        return types;
    }

    private static long wallMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
