// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.http.Entrance;
import io.portunus.signalling.http.Health;
import io.portunus.signalling.http.HttpServer;
import io.portunus.signalling.http.HttpSettings;
import io.portunus.signalling.http.Listener;
import io.portunus.signalling.http.Pages;
import io.portunus.signalling.http.Role;
import io.portunus.signalling.http.Services;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.JsonStyle;
import io.portunus.signalling.media.EventLoopSignallingLoop;
import io.portunus.signalling.websocket.WebSocketSettings;
import io.portunus.signalling.websocket.WebSocketUpgrade;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/// A server on loopback that speaks the API over HTTP, beside pages.
public final class RestServer implements AutoCloseable {
    public final EventLoopSignallingLoop loop = new EventLoopSignallingLoop();
    public final Gateway gateway;
    public final RestApi rest;
    public final WebSocketUpgrade upgrade;
    public final HttpServer http;
    public final int port;

    public RestServer(
            Function<EventLoopSignallingLoop, Gateway> gateway,
            RestSettings settings,
            HttpSettings grants,
            AddressList allowed) {
        this.gateway = gateway.apply(loop);
        rest = new RestApi(this.gateway, loop, settings);
        upgrade =
                new WebSocketUpgrade(
                        this.gateway, loop, new WebSocketSettings(5, 8, JsonStyle.COMPACT));
        var health =
                new Health() {
                    @Override
                    public boolean isHealthy() {
                        return true;
                    }

                    @Override
                    public boolean isReady() {
                        return true;
                    }
                };
        var pages = new Pages(RestServer.class, "/web");
        http =
                new HttpServer(
                        new Services(new Entrance(upgrade, rest), null, pages, health, () -> ""),
                        grants);
        Set<Role> roles = EnumSet.of(Role.JANUS, Role.REST, Role.PAGES);
        port = http.listen(new Listener("127.0.0.1", 0, roles, null, allowed)).getPort();
    }

    @Override
    public void close() {
        http.close();
        loop.close();
    }
}
