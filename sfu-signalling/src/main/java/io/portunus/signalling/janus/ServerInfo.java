// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Authenticator;
import java.util.List;
import java.util.TreeMap;

/// What the `info` verb tells of the server.
final class ServerInfo {
    /// The version of Janus whose API this is.
    private static final int API_VERSION = 1402;

    private static final String API_VERSION_TEXT = "1.4.2";
    private static final String AUTHOR = "The Portunus authors";

    private final GatewaySettings settings;
    private final Authenticator authenticator;
    private final boolean eventHandlers;
    private final List<? extends Plugin> plugins;

    ServerInfo(
            GatewaySettings settings,
            Authenticator authenticator,
            List<? extends Plugin> plugins,
            boolean eventHandlers) {
        this.settings = settings;
        this.authenticator = authenticator;
        this.eventHandlers = eventHandlers;
        this.plugins = List.copyOf(plugins);
    }

    ObjectNode reply(String transaction, boolean accepting, int sessionTimeoutSeconds) {
        var reply =
                RequestReader.newObject()
                        .put("janus", "server_info")
                        .put("transaction", transaction);
        return reply.setAll(body(accepting, sessionTimeoutSeconds));
    }

    /// What there is to tell, without the reply around it.
    ObjectNode body(boolean accepting, int sessionTimeoutSeconds) {
        var info = RequestReader.newObject();
        putServer(info);
        info.put("data_channels", false)
                .put("accepting-new-sessions", accepting)
                .put("session-timeout", sessionTimeoutSeconds)
                .put("reclaim-session-timeout", settings.timeouts().reclaim())
                .put("candidates-timeout", settings.timeouts().candidates())
                .put("server-name", settings.server().name());
        putAddresses(info);
        putMedia(info);
        info.put("static-event-loops", 0)
                .put("api_secret", authenticator.asksForSecret())
                .put("auth_token", authenticator.asksForToken())
                .put("event_handlers", eventHandlers)
                .put("opaqueid_in_api", settings.opaqueIdInApi());
        var dependencies = info.putObject("dependencies");
        new TreeMap<>(settings.server().dependencies()).forEach(dependencies::put);
        var transports = info.putObject("transports");
        for (var transport : settings.server().transports()) {
            describe(
                    transports,
                    transport.packageName(),
                    new Plugin.Description(
                            transport.name(), AUTHOR, transport.description(), 1, "0.0.1"));
        }
        info.putObject("events");
        info.putObject("loggers");
        var described = info.putObject("plugins");
        for (var plugin : plugins) {
            describe(described, plugin.name(), plugin.description());
        }
        return info;
    }

    private void putServer(ObjectNode info) {
        info.put("name", "Janus WebRTC Server")
                .put("version", API_VERSION)
                .put("version_string", API_VERSION_TEXT)
                .put("author", AUTHOR)
                .put("portunus", settings.server().version())
                .put("commit-hash", settings.server().commit())
                .put("compile-time", settings.server().builtAt())
                .put("log-to-stdout", true)
                .put("log-to-file", false);
    }

    private void putAddresses(ObjectNode info) {
        var server = settings.server();
        if (!server.localAddress().isEmpty()) {
            info.put("local-ip", server.localAddress());
        }
        if (!server.publicAddresses().isEmpty()) {
            info.put("public-ip", server.publicAddresses().getFirst());
        }
        if (server.publicAddresses().size() > 1) {
            var all = info.putArray("public-ips");
            server.publicAddresses().forEach(all::add);
        }
        info.put("ipv6", server.ipv6());
        if (server.ipv6()) {
            info.put("ipv6-link-local", false);
        }
    }

    private void putMedia(ObjectNode info) {
        info.put("ice-lite", true)
                .put("ice-tcp", false)
                .put("ice-consent-freshness", true)
                .put("ice-keepalive-conncheck", false)
                .put("hangup-on-failed", true)
                .put("full-trickle", settings.fullTrickle())
                .put("mdns-enabled", false)
                .put("min-nack-queue", 200)
                .put("nack-optimizations", true)
                .put("twcc-period", 100)
                .put("dtls-mtu", settings.server().dtlsMtu())
                .put("no-media-timer", settings.server().links().noMediaSeconds());
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
