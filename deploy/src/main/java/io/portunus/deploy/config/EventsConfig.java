// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.config;

import static io.portunus.deploy.config.BadSettingException.inRange;
import static io.portunus.deploy.config.BadSettingException.require;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Who is told what happens in the server.
///
/// @param statsPeriodSeconds how often the statistics of each medium are told; 0 for never
/// @param combineMediaStats whether all media of a connection are told in one event
public record EventsConfig(
        int statsPeriodSeconds, boolean combineMediaStats, List<Handler> handlers) {
    /// The most receivers.
    public static final int MAX_HANDLERS = 16;

    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");

    public EventsConfig {
        inRange("events.stats_period_seconds", statsPeriodSeconds, 0, 3_600);
        handlers = List.copyOf(handlers);
        require(
                handlers.size() <= MAX_HANDLERS,
                "events.handlers: at most " + MAX_HANDLERS + " may be listed");
        var seen = new HashSet<String>();
        for (var handler : handlers) {
            require(
                    seen.add(handler.name()),
                    "events.handlers: the name " + handler.name() + " is there twice");
        }
    }

    /// One receiver. The file `portunus-event-handler-defaults.yaml` says what each setting is for.
    public record Handler(
            String name,
            String url,
            List<String> types,
            boolean sdps,
            boolean grouping,
            String user,
            String password,
            String secret,
            int batchEvents,
            int batchBytes,
            int delayMillis,
            int queueEvents,
            int queueBytes,
            int timeoutMillis,
            int firstRetryMillis,
            int longestRetryMillis) {
        private static final String AT = "events.handlers.";

        public Handler {
            var scheme = scheme(url);
            require(
                    SCHEMES.contains(scheme),
                    AT + "url is '" + url + "', but must be one of http, https, ws or wss");
            require(
                    secret.isEmpty() || scheme.startsWith("http"),
                    AT + "secret signs HTTP requests; a WebSocket takes user and password");
            require(user.indexOf(':') < 0, AT + "user may hold no colon, which ends it (RFC 7617)");
            name = name.isBlank() ? host(url) : name;
            types = List.copyOf(types);
            require(!types.isEmpty(), AT + "types: at least one, or all");
            inRange(AT + "batch_events", batchEvents, 1, 10_000);
            inRange(AT + "batch_bytes", batchBytes, 1_024, 16 << 20);
            inRange(AT + "delay_millis", delayMillis, 0, 60_000);
            inRange(AT + "queue_events", queueEvents, 1, 1_000_000);
            inRange(AT + "queue_bytes", queueBytes, 64 << 10, 1 << 30);
            inRange(AT + "timeout_millis", timeoutMillis, 100, 60_000);
            inRange(AT + "first_retry_millis", firstRetryMillis, 10, 60_000);
            inRange(AT + "longest_retry_millis", longestRetryMillis, firstRetryMillis, 3_600_000);
        }

        private static String scheme(String url) {
            var parsed = parse(url);
            return parsed.getHost() == null || parsed.getScheme() == null
                    ? ""
                    : parsed.getScheme().toLowerCase(Locale.ROOT);
        }

        private static String host(String url) {
            var parsed = parse(url);
            return parsed.getPort() < 0
                    ? parsed.getHost()
                    : parsed.getHost() + ":" + parsed.getPort();
        }

        private static URI parse(String url) {
            try {
                return new URI(url);
            } catch (URISyntaxException _) {
                throw new BadSettingException(AT + "url is no address: '" + url + "'");
            }
        }
    }
}
