// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.peer.LinkThresholds;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.signalling.admin.AdminApi;
import io.portunus.signalling.admin.AdminHttp;
import io.portunus.signalling.admin.Controls;
import io.portunus.signalling.events.EventHandler;
import io.portunus.signalling.events.EventHandlers;
import io.portunus.signalling.http.Entrance;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.rest.RestApi;
import io.portunus.signalling.websocket.WebSocketSettings;
import io.portunus.signalling.websocket.WebSocketUpgrade;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The admin API of the assembled server.
final class AdminPart {
    private AdminPart() {}

    /// @param links as the media loops use them
    /// @param carriers how clients come in
    static Entrance entrance(
            ServerConfig config,
            SignallingLoop loop,
            Gateway gateway,
            LinkThresholds links,
            EventHandlers handlers,
            Entrance carriers,
            WebSocketSettings webSockets) {
        var api =
                new AdminApi(
                        config.admin().secret(),
                        loop,
                        gateway.operator(),
                        new Controls(
                                links, new LogLevels(), transports(carriers), events(handlers)));
        return new Entrance(
                new WebSocketUpgrade(api, loop, webSockets),
                new AdminHttp(
                        api,
                        loop,
                        config.admin().basePath(),
                        carriers.http().cors(),
                        config.http().jsonStyle()));
    }

    private static Map<String, Supplier<ObjectNode>> transports(Entrance carriers) {
        var known = new HashMap<String, Supplier<ObjectNode>>();
        known.put(
                "janus.transport.websockets",
                () -> object().put("connections", carriers.upgrade().connections()));
        if (carriers.http() instanceof RestApi rest) {
            known.put(
                    "janus.transport.http",
                    () ->
                            object().put("polls", rest.counters().openPolls())
                                    .put("vanished", rest.counters().vanishedClients())
                                    .put("waiting", rest.counters().waitingCharacters()));
        }
        return known;
    }

    private static Map<String, Supplier<ObjectNode>> events(EventHandlers handlers) {
        var known = new HashMap<String, Supplier<ObjectNode>>();
        for (var handler : handlers.handlers()) {
            known.put(handler.name(), () -> describe(handler));
        }
        return known;
    }

    private static ObjectNode describe(EventHandler handler) {
        return object().put("queued", handler.queued())
                .put("delivered", handler.delivered())
                .put("dropped", handler.dropped())
                .put("retries", handler.retries());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
