// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.netty.handler.ssl.SslContext;
import io.portunus.deploy.config.AdminConfig;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.http.HttpServer;
import io.portunus.signalling.http.Listener;
import io.portunus.signalling.http.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where the server listens on TCP, and how that is told to people. Used by one thread at a time.
final class Listeners implements AutoCloseable {
    private final HttpServer http;
    private final ServerConfig config;
    private final List<String> addresses = new ArrayList<>();
    private @Nullable Supplier<SslContext> certificate;
    private String page = "";
    private String securePage = "";
    private String webSocket = "";
    private String admin = "";
    private String adminWebSocket = "";

    Listeners(HttpServer http, ServerConfig config) {
        this.http = http;
        this.config = config;
    }

    /// Begins to listen everywhere.
    ///
    /// @throws IllegalStateException naming the address that is taken
    void open() {
        var api = config.signalling();
        var acl = config.http().acl();
        webSocket =
                "ws://localhost:"
                        + bind(
                                api.address(),
                                api.port(),
                                Set.of(Role.JANUS),
                                false,
                                acl.signalling())
                        + "/";
        openPages();
        addresses.add(page + "  the video chat page");
        addresses.add(webSocket + "  the Janus API over WebSocket");
        addresses.add(page + config.http().basePath().substring(1) + "  the Janus API over HTTP");
        if (config.tls().enabled()) {
            openSecurely();
        }
        if (config.admin().isOn()) {
            openAdmin(config.admin());
        }
    }

    /// Where to open the page, and where the APIs are.
    List<String> addresses() {
        return List.copyOf(addresses);
    }

    /// The page, for a browser on this machine.
    String page() {
        return page;
    }

    /// The page over https, for a browser on this machine; empty without TLS.
    String securePage() {
        return securePage;
    }

    /// The API, for a client on this machine.
    String webSocket() {
        return webSocket;
    }

    /// The admin API over HTTP, for an operator on this machine; empty where it is off.
    String admin() {
        return admin;
    }

    /// The admin API over WebSocket, likewise.
    String adminWebSocket() {
        return adminWebSocket;
    }

    /// The certificate is watched no more.
    @Override
    public void close() {
        if (certificate instanceof LiveCertificate live) {
            live.close();
        }
    }

    private void openPages() {
        var web = config.web();
        var acl = config.http().acl();
        var roles = EnumSet.of(Role.JANUS, Role.REST, Role.PAGES);
        if (web.metricsPort() == 0) {
            roles.add(Role.METRICS);
        } else {
            bind(
                    web.metricsAddress(),
                    web.metricsPort(),
                    Set.of(Role.METRICS),
                    false,
                    acl.metrics());
        }
        page = "http://localhost:" + bind(web.address(), web.port(), roles, false, acl.web()) + "/";
    }

    private void openSecurely() {
        var tls = config.tls();
        var roles = Set.of(Role.JANUS, Role.REST, Role.PAGES);
        var port = bind(tls.address(), tls.port(), roles, true, config.http().acl().tls());
        securePage = "https://localhost:" + port + "/";
        for (var host : TlsCertificate.localHosts()) {
            addresses.add("https://" + host + ":" + port + "/  page and API");
        }
    }

    private void openAdmin(AdminConfig settings) {
        var allowed = config.http().acl().admin();
        var roles = Set.of(Role.ADMIN);
        var httpPort =
                bind(settings.address(), settings.httpPort(), roles, settings.tls(), allowed);
        var port =
                bind(settings.address(), settings.websocketPort(), roles, settings.tls(), allowed);
        var s = settings.tls() ? "s" : "";
        admin = "http" + s + "://localhost:" + httpPort + settings.basePath();
        adminWebSocket = "ws" + s + "://localhost:" + port + "/";
        addresses.add(admin + "  the admin API over HTTP");
        addresses.add(adminWebSocket + "  the admin API over WebSocket");
    }

    /// @return the port, found where 0 was asked for
    private int bind(String address, int port, Set<Role> roles, boolean tls, List<String> allowed) {
        return http.listen(
                        new Listener(
                                address,
                                port,
                                roles,
                                tls ? certificate() : null,
                                AddressList.of(allowed)))
                .getPort();
    }

    private Supplier<SslContext> certificate() {
        var served = certificate;
        if (served == null) {
            served = TlsCertificate.of(config.tls());
            certificate = served;
        }
        return served;
    }
}
