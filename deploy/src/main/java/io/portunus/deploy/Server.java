// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.fate.Fate;
import io.portunus.core.peer.LinkThresholds;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.signalling.auth.Authenticator;
import io.portunus.signalling.events.EventHandlers;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.http.Entrance;
import io.portunus.signalling.http.Health;
import io.portunus.signalling.http.HttpServer;
import io.portunus.signalling.http.Pages;
import io.portunus.signalling.http.Services;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.PluginContext;
import io.portunus.signalling.media.EventLoopSignallingLoop;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.rest.RestApi;
import io.portunus.signalling.videoroom.VideoRoomPlugin;
import io.portunus.signalling.websocket.WebSocketSettings;
import io.portunus.signalling.websocket.WebSocketUpgrade;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceSettings;
import io.portunus.transport.loop.MediaLoops;
import io.portunus.transport.peer.PeerConnections;
import io.portunus.transport.peer.PeerFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The assembled server: media loops, signalling, HTTP. Thread-safe.
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final int DRAIN_MILLIS = 1_000;

    private final EventLoopSignallingLoop signalling = new EventLoopSignallingLoop();
    private final Meters meters;
    private final MediaLoops media;
    private final VideoRoomPlugin rooms;
    private final Gateway gateway;
    private final HttpServer http;
    private final Liveness liveness;
    private final KeyFile keyFile;
    private final EventHandlers handlers;
    private final LinkThresholds links;
    private final Listeners listeners;
    private final WarmUp warmUp = new WarmUp();

    /// Starts everything; nothing is left behind where that fails.
    ///
    /// @throws RuntimeException saying which address is taken or which file cannot be read
    public static Server start(ServerConfig config) {
        return start(config, connections(config.media()));
    }

    /// The same with connections of another making.
    ///
    /// @param connections makes one factory for each media loop
    static Server start(ServerConfig config, Supplier<PeerFactory> connections) {
        return new Server(config, connections);
    }

    private Server(ServerConfig config, Supplier<PeerFactory> connections) {
        var videoRoom = VideoRoomConfig.of(config);
        var authenticator =
                new Authenticator(
                        AuthConfig.of(config.signalling().apiSecret(), config.auth()),
                        () -> Instant.now().getEpochSecond());
        keyFile =
                new KeyFile(
                        config.auth().jwt(),
                        keys -> signalling.execute(() -> authenticator.jwtKeys(keys)));
        handlers = EventSettings.start(config.events(), config.signalling().serverName());
        var monitor = EventSettings.monitor(config.events(), handlers);
        var events = new LateEvents();
        links = MediaSettings.thresholds(config.media());
        media = startMedia(config, connections, events);
        meters = new Meters(media);
        liveness = new Liveness(media, signalling);
        try {
            var client = new MediaClient(signalling, media);
            events.goTo(client);
            rooms = new VideoRoomPlugin(client, signalling, videoRoom.plugin(), monitor);
            gateway = newGateway(config, authenticator, client, monitor);
            var webSockets =
                    new WebSocketSettings(
                            config.signalling().pingSeconds(),
                            config.signalling().pingTimeoutSeconds(),
                            config.http().jsonStyle());
            var upgrade = new WebSocketUpgrade(gateway, signalling, webSockets);
            var rest = new RestApi(gateway, signalling, HttpPart.rest(config.http()));
            var api = new Entrance(upgrade, rest);
            var admin =
                    config.admin().isOn()
                            ? AdminPart.entrance(
                                    config, signalling, gateway, links, handlers, api, webSockets)
                            : null;
            http =
                    new HttpServer(
                            new Services(
                                    api,
                                    admin,
                                    new Pages(Server.class, "/web"),
                                    liveness,
                                    meters::scrape),
                            HttpPart.server(config.http()));
            listeners = new Listeners(http, config);
            onSignalling(() -> {
                gateway.start();
                rooms.open(videoRoom.rooms());
                liveness.start();
            });
            handlers.handlers().forEach(meters::watch);
            meters.watch(gateway, rooms, upgrade, signalling, client);
            liveness.watch(gateway::isAccepting);
            meters.watch(http.counters(), rest.counters());
            keyFile.start();
            listeners.open();
            liveness.ready(true);
            if (config.media().warmUp()) {
                warmUp.start(connections, config.media().segmentationOffload());
            }
        } catch (RuntimeException e) {
            media.close();
            signalling.close();
            handlers.close();
            throw e;
        }
    }

    private MediaLoops startMedia(
            ServerConfig config, Supplier<PeerFactory> connections, MediaEvents events) {
        try {
            var loops =
                    MediaLoops.start(MediaSettings.of(config.media()), links, connections, events);
            loops.log();
            return loops;
        } catch (RuntimeException e) {
            handlers.close();
            throw e;
        }
    }

    /// The version of the server, from its jar.
    static String version() {
        var version = Server.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /// Where to open the page, and where the API is.
    public List<String> addresses() {
        return listeners.addresses();
    }

    /// The page, for a browser on this machine.
    public String pageAddress() {
        return listeners.page();
    }

    /// The page over https, for a browser on this machine; empty without TLS.
    public String securePageAddress() {
        return listeners.securePage();
    }

    /// The API, for a client on this machine.
    public String webSocketAddress() {
        return listeners.webSocket();
    }

    /// The admin API over HTTP, for an operator on this machine; empty where it is off.
    public String adminAddress() {
        return listeners.admin();
    }

    /// The admin API over WebSocket, likewise.
    public String adminWebSocketAddress() {
        return listeners.adminWebSocket();
    }

    /// How many packets met `fate` since the start, on all loops.
    public long count(Fate fate) {
        return media.counters().stream().mapToLong(loop -> loop.fates().get(fate)).sum();
    }

    /// Stops in order: no new clients, everybody is told, DTLS says goodbye, the ports are free.
    @Override
    public void close() {
        LOG.info("stopping");
        liveness.ready(false);
        warmUp.close();
        http.stopListening();
        signalling.execute(() -> {
            gateway.accepting(false);
            rooms.stop();
        });
        media.close();
        // What the media loops told in the end goes out before the connections close.
        drain();
        signalling.execute(gateway::stop);
        drain();
        http.close();
        signalling.close();
        handlers.close();
        keyFile.close();
        listeners.close();
        LOG.info("stopped");
    }

    private static Supplier<PeerFactory> connections(ServerConfig.Media settings) {
        var random = new SecureRandom();
        var identity =
                settings.certificate().isEmpty()
                        ? DtlsIdentity.selfSigned(random)
                        : DtlsIdentity.fromPem(
                                Path.of(settings.certificate()), Path.of(settings.key()), random);
        var ice =
                new IceSettings(
                        Duration.ofSeconds(settings.livenessSeconds()),
                        IceSettings.DEFAULT.connecting());
        return new PeerConnections(
                        identity, ice, DtlsSettings.DEFAULT, settings.srtpCiphers(), random)
                ::forLoop;
    }

    private Gateway newGateway(
            ServerConfig config, Authenticator authenticator, MediaClient client, Monitor monitor) {
        return new Gateway(
                SignallingSettings.of(config, version(), links),
                authenticator,
                signalling,
                Plugins.all(rooms, new PluginContext(client, signalling, monitor)),
                meters,
                monitor);
    }

    /// Runs `task` on the signalling loop and waits until it is done.
    private void onSignalling(Runnable task) {
        var failure = new AtomicReference<@Nullable RuntimeException>();
        var done = new CountDownLatch(1);
        signalling.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                failure.set(e);
            } finally {
                done.countDown();
            }
        });
        await(done);
        var thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
    }

    private void drain() {
        var done = new CountDownLatch(1);
        if (signalling.execute(done::countDown)) {
            await(done);
        }
    }

    private static void await(CountDownLatch done) {
        try {
            if (!done.await(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the signalling loop is slow");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Media loops and signalling need one another; the loops get this stand-in first.
    private static final class LateEvents implements MediaEvents {
        private volatile MediaEvents target = _ -> {};

        void goTo(MediaEvents events) {
            target = events;
        }

        @Override
        public void onEvent(MediaEvent event) {
            target.onEvent(event);
        }
    }

    /// Which state the server is in; see [Health].
    private static final class Liveness implements Health {
        private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(10);
        private static final Duration BEAT = Duration.ofSeconds(1);

        private final MediaLoops media;
        private final EventLoopSignallingLoop signalling;
        private volatile long lastBeatNanos = System.nanoTime();
        private volatile BooleanSupplier accepting = () -> true;
        private volatile boolean ready;

        Liveness(MediaLoops media, EventLoopSignallingLoop signalling) {
            this.media = media;
            this.signalling = signalling;
        }

        void start() {
            lastBeatNanos = System.nanoTime();
            signalling.schedule(BEAT, this::start);
        }

        /// @param isAccepting whether new sessions are welcome
        void watch(BooleanSupplier isAccepting) {
            accepting = isAccepting;
        }

        void ready(boolean on) {
            ready = on;
        }

        @Override
        public boolean isHealthy() {
            var now = System.nanoTime();
            return now - lastBeatNanos < STUCK_NANOS
                    && media.counters().stream()
                            .allMatch(loop -> now - loop.lastTurnNanos() < STUCK_NANOS);
        }

        @Override
        public boolean isReady() {
            return ready && accepting.getAsBoolean() && isHealthy();
        }
    }
}
