// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.config;

import static io.portunus.deploy.config.BadSettingException.inRange;
import static io.portunus.deploy.config.BadSettingException.require;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.transport.srtp.SrtpCiphers;
import java.util.HashSet;
import java.util.List;

/// Every setting of the server, already checked. The file `portunus-defaults.yaml` says what each
/// is for; the YAML keys are the names of the components in snake_case.
public record ServerConfig(
        Media media,
        Signalling signalling,
        Auth auth,
        VideoRoom videoroom,
        Web web,
        HttpConfig http,
        Tls tls,
        AdminConfig admin,
        EventsConfig events,
        List<ObjectNode> rooms) {
    /// The most rooms that a configuration may list.
    public static final int MAX_ROOMS = 10_000;

    public ServerConfig {
        rooms = List.copyOf(rooms);
        require(rooms.size() <= MAX_ROOMS, "rooms: at most " + MAX_ROOMS + " may be listed");
        var seen = new HashSet<String>();
        for (var room : rooms) {
            var id = room.path("room").asText();
            require(seen.add(id), "rooms: room " + id + " is listed twice");
        }
    }

    /// The same with https switched on.
    public ServerConfig withTls() {
        return new ServerConfig(
                media,
                signalling,
                auth,
                videoroom,
                web,
                http,
                new Tls(
                        true,
                        tls.address(),
                        tls.port(),
                        tls.certificate(),
                        tls.key(),
                        tls.reloadSeconds()),
                admin,
                events,
                rooms);
    }

    public record Media(
            int firstUdpPort,
            int loops,
            List<Address> addresses,
            int livenessSeconds,
            int noMediaTimer,
            int slowlinkThreshold,
            int socketBufferBytes,
            boolean segmentationOffload,
            int spreadAbovePercent,
            String srtpCiphers,
            int packetMemoryMib,
            boolean warmUp,
            String certificate,
            String key) {
        private static final int MAX_LOOPS = 64;
        private static final int MAX_ADDRESSES = 32;

        public Media {
            inRange("media.first_udp_port", firstUdpPort, 0, 65_535);
            inRange("media.loops", loops, 0, MAX_LOOPS);
            inRange("media.spread_above_percent", spreadAbovePercent, 0, 100);
            if (loops == 0) {
                loops = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_LOOPS);
            }
            require(
                    firstUdpPort + loops - 1 <= 65_535,
                    "media.first_udp_port is "
                            + firstUdpPort
                            + ", which leaves no port below 65536 for each of the "
                            + loops
                            + " loops");
            addresses = List.copyOf(addresses);
            require(
                    addresses.size() <= MAX_ADDRESSES,
                    "media.addresses: at most " + MAX_ADDRESSES + " addresses");
            require(
                    srtpCiphers.equals(SrtpCiphers.BEST)
                            || SrtpCiphers.names().contains(srtpCiphers),
                    "media.srtp_ciphers is '"
                            + srtpCiphers
                            + "', but must be one of "
                            + SrtpCiphers.BEST
                            + ", "
                            + String.join(", ", SrtpCiphers.names()));
            inRange("media.no_media_timer", noMediaTimer, 0, 3_600);
            inRange("media.slowlink_threshold", slowlinkThreshold, 0, 100_000);
            inRange("media.liveness_seconds", livenessSeconds, 5, 300);
            inRange("media.socket_buffer_bytes", socketBufferBytes, 65_536, 268_435_456);
            inRange("media.packet_memory_mib", packetMemoryMib, 1, 1_024);
            require(
                    certificate.isEmpty() == key.isEmpty(),
                    "media.certificate and media.key must be given together");
        }
    }

    /// @param bind a literal address of this machine
    /// @param advertise what clients are told; `bind` itself where empty
    public record Address(String bind, String advertise) {
        public Address {
            require(
                    bind != null && !bind.isBlank(),
                    "media.addresses: each entry needs bind, a literal IPv4 or IPv6 address");
            advertise = advertise == null || advertise.isBlank() ? bind : advertise;
        }
    }

    public record Signalling(
            String address,
            int port,
            int sessionTimeoutSeconds,
            int reclaimSessionTimeoutSeconds,
            int pingSeconds,
            int pingTimeoutSeconds,
            String apiSecret,
            String serverName,
            boolean acceptNewSessions,
            int candidatesTimeoutSeconds,
            boolean opaqueidInApi,
            boolean fullTrickle,
            int maxSessionsPerConnection,
            int maxHandlesPerSession,
            int maxRequestsPerSecond) {
        public Signalling {
            inRange("signalling.port", port, 0, 65_535);
            inRange("signalling.session_timeout_seconds", sessionTimeoutSeconds, 0, 86_400);
            inRange(
                    "signalling.reclaim_session_timeout_seconds",
                    reclaimSessionTimeoutSeconds,
                    0,
                    3_600);
            inRange("signalling.ping_seconds", pingSeconds, 1, 60);
            inRange("signalling.ping_timeout_seconds", pingTimeoutSeconds, 1, 120);
            inRange("signalling.candidates_timeout_seconds", candidatesTimeoutSeconds, 1, 3_600);
            inRange("signalling.max_sessions_per_connection", maxSessionsPerConnection, 1, 100_000);
            inRange("signalling.max_handles_per_session", maxHandlesPerSession, 1, 100_000);
            inRange("signalling.max_requests_per_second", maxRequestsPerSecond, 0, 1_000_000);
        }

        /// Without the secret.
        @Override
        public String toString() {
            return "Signalling[address=" + address + ", port=" + port + "]";
        }
    }

    /// @param tokenAuth whether requests need a token of the list that the operator keeps …
    /// @param tokenAuthSecret … or one that is signed with this; empty for none
    public record Auth(boolean tokenAuth, String tokenAuthSecret, Jwt jwt) {
        /// Without the secret.
        @Override
        public String toString() {
            return "Auth[tokenAuth=" + tokenAuth + "]";
        }
    }

    /// @param secret signs HS256 tokens; empty for none
    /// @param jwksFile holds public keys; empty for none
    public record Jwt(
            String secret, String jwksFile, String issuer, String audience, int leewaySeconds) {
        public Jwt {
            inRange("auth.jwt.leeway_seconds", leewaySeconds, 0, 300);
            require(
                    (issuer.isEmpty() && audience.isEmpty())
                            || !secret.isEmpty()
                            || !jwksFile.isEmpty(),
                    "auth.jwt.issuer and auth.jwt.audience need auth.jwt.secret or"
                            + " auth.jwt.jwks_file");
        }

        /// Without the secret.
        @Override
        public String toString() {
            return "Jwt[jwksFile=" + jwksFile + "]";
        }
    }

    /// @param roomsFile where permanent rooms are kept; empty for nowhere
    /// @param janusFile a `janus.plugin.videoroom.jcfg` to take rooms from; empty for none
    public record VideoRoom(
            boolean stringIds, String adminKey, String roomsFile, String janusFile) {}

    public record Web(String address, int port, String metricsAddress, int metricsPort) {
        public Web {
            inRange("web.port", port, 0, 65_535);
            inRange("web.metrics_port", metricsPort, 0, 65_535);
        }
    }

    public record Tls(
            boolean enabled,
            String address,
            int port,
            String certificate,
            String key,
            int reloadSeconds) {
        public Tls {
            inRange("tls.port", port, 0, 65_535);
            inRange("tls.reload_seconds", reloadSeconds, 1, 86_400);
            require(
                    certificate.isEmpty() == key.isEmpty(),
                    "tls.certificate and tls.key must be given together");
        }
    }
}
