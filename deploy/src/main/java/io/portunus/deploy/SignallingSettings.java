// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import io.netty.util.Version;
import io.portunus.core.peer.LinkThresholds;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.ServerFacts;
import io.portunus.transport.loop.LocalAddress;
import java.net.Inet6Address;
import java.util.List;
import java.util.Map;

/// The signalling part of the settings in the terms of the core API, with what `info` tells.
final class SignallingSettings {
    /// Of both sides of a DTLS association; what the transport's flights are cut to.
    private static final int DTLS_MTU = 1_200;

    private SignallingSettings() {}

    static GatewaySettings of(ServerConfig config, String version, LinkThresholds links) {
        var api = config.signalling();
        return new GatewaySettings(
                new GatewaySettings.Timeouts(
                        api.sessionTimeoutSeconds(),
                        api.reclaimSessionTimeoutSeconds(),
                        api.candidatesTimeoutSeconds()),
                new GatewaySettings.Limits(
                        api.maxSessionsPerConnection(),
                        api.maxHandlesPerSession(),
                        api.maxRequestsPerSecond()),
                api.acceptNewSessions(),
                api.opaqueidInApi(),
                api.fullTrickle(),
                facts(config, version, links, MediaSettings.addresses(config.media())));
    }

    private static ServerFacts facts(
            ServerConfig config,
            String version,
            LinkThresholds links,
            List<LocalAddress> addresses) {
        var translated =
                addresses.stream()
                        .filter(address -> !address.bind().equals(address.advertised()))
                        .map(address -> address.advertised().getHostAddress())
                        .toList();
        var built = BuildFacts.read();
        return new ServerFacts(
                config.signalling().serverName(),
                version,
                built.commit(),
                built.builtAt(),
                addresses.isEmpty() ? "" : addresses.getFirst().bind().getHostAddress(),
                translated,
                addresses.stream().anyMatch(one -> one.advertised() instanceof Inet6Address),
                DTLS_MTU,
                links,
                List.of(ServerFacts.Transport.HTTP, ServerFacts.Transport.WEBSOCKETS),
                dependencies());
    }

    private static Map<String, String> dependencies() {
        var netty = Version.identify().get("netty-common");
        return Map.of(
                "netty",
                netty == null ? "unknown" : netty.artifactVersion(),
                "jackson",
                PackageVersion.VERSION.toString());
    }
}
