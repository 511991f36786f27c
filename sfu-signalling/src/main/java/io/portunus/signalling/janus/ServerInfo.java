// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What the `info` verb tells of the server.
final class ServerInfo {
    /// The version of Janus whose API this is.
    private static final int API_VERSION = 1402;

    private static final String API_VERSION_TEXT = "1.4.2";

    private final GatewaySettings settings;
    private final boolean eventHandlers;
    private final List<? extends Plugin> plugins;

    ServerInfo(GatewaySettings settings, List<? extends Plugin> plugins, boolean eventHandlers) {
        this.settings = settings;
        this.eventHandlers = eventHandlers;
        this.plugins = List.copyOf(plugins);
    }

    ObjectNode reply(String transaction, boolean accepting) {
        var reply =
                RequestReader.newObject()
                        .put("janus", "server_info")
                        .put("transaction", transaction);
        return reply.setAll(body(accepting));
    }

    /// What there is to tell, without the reply around it.
    ObjectNode body(boolean accepting) {
        var info =
                RequestReader.newObject()
                        .put("name", "Janus WebRTC Server")
                        .put("version", API_VERSION)
                        .put("version_string", API_VERSION_TEXT)
                        .put("author", "The Portunus authors")
                        .put("portunus", settings.version())
                        .put("commit-hash", "not-a-git-repo")
                        .put("compile-time", "unknown")
                        .put("log-to-stdout", true)
                        .put("log-to-file", false)
                        .put("data_channels", false)
                        .put("accepting-new-sessions", accepting)
                        .put("session-timeout", settings.sessionTimeoutSeconds())
                        .put("reclaim-session-timeout", settings.reclaimSessionTimeoutSeconds())
                        .put("candidates-timeout", 45)
                        .put("server-name", settings.serverName())
                        .put("ipv6", true)
                        .put("ipv6-link-local", false)
                        .put("ice-lite", true)
                        .put("ice-tcp", false)
                        .put("ice-consent-freshness", true)
                        .put("ice-keepalive-conncheck", false)
                        .put("hangup-on-failed", true)
                        .put("full-trickle", false)
                        .put("mdns-enabled", false)
                        .put("min-nack-queue", 200)
                        .put("nack-optimizations", true)
                        .put("twcc-period", 100)
                        .put("dtls-mtu", 1200)
                        .put("static-event-loops", 0)
                        .put("api_secret", !settings.apiSecret().isEmpty())
                        .put("auth_token", false)
                        .put("event_handlers", eventHandlers)
                        .put("opaqueid_in_api", false);
        info.putObject("dependencies");
        describe(
                info.putObject("transports"),
                "janus.transport.websockets",
                new Plugin.Description(
                        "JANUS WebSockets transport plugin",
                        "The Portunus authors",
                        "The API over WebSocket",
                        1,
                        "0.0.1"));
        info.putObject("events");
        info.putObject("loggers");
        var described = info.putObject("plugins");
        for (var plugin : plugins) {
            describe(described, plugin.name(), plugin.description());
        }
        return info;
    }

    private static void describe(ObjectNode into, String name, Plugin.Description description) {
        into.putObject(name)
                .put("name", description.name())
                .put("author", description.author())
                .put("description", description.description())
                .put("version_string", description.versionString())
                .put("version", description.version());
    }
}
