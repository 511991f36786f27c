// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The two ways to a receiver, over real sockets of the loopback.
@Timeout(30)
class ReceiversTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private final List<AutoCloseable> toClose = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var one : toClose.reversed()) {
            one.close();
        }
    }

    private record Posted(
            String method,
            String type,
            String number,
            String access,
            String signature,
            String body) {}

    @Test
    void aPostIsSignedNumberedAndLetIn() throws Exception {
        var posted = new LinkedBlockingQueue<Posted>();
        var server = http(200, posted);
        var receiver =
                receiver(
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/in",
                        new HandlerSettings.Access("ann", "p:w", "shared"),
                        5_000);

        assertThat(deliver(receiver, "[{\"é\":1}]", 42)).isEqualTo(Receiver.Outcome.DELIVERED);

        var one = posted.take();
        assertThat(one.method()).isEqualTo("POST");
        assertThat(one.type()).isEqualTo("application/json");
        assertThat(one.number()).isEqualTo("42");
        assertThat(one.access()).isEqualTo("Basic YW5uOnA6dw==");
        assertThat(one.body()).isEqualTo("[{\"é\":1}]");
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("shared".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var code = mac.doFinal(one.body().getBytes(StandardCharsets.UTF_8));
        assertThat(one.signature()).isEqualTo("sha256=" + HexFormat.of().formatHex(code));
    }

    /// RFC 4231 §4.3.
    @Test
    void theSignatureIsThatOfThePublishedExample() {
        assertThat(
                        Signature.of(
                                "Jefe",
                                "what do ya want for nothing?".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(
                        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @ParameterizedTest
    @CsvSource({
        "204, DELIVERED",
        "302, FAILED",
        "400, REFUSED",
        "401, FAILED",
        "413, REFUSED",
        "429, FAILED",
        "500, FAILED",
        "503, FAILED"
    })
    void theStatusDecidesWhetherItIsWorthAnotherTry(int status, Receiver.Outcome outcome)
            throws Exception {
        var server = http(status, new LinkedBlockingQueue<>());
        var receiver = plain("http://127.0.0.1:" + server.getAddress().getPort() + "/", 5_000);

        assertThat(deliver(receiver, "[]", 1)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"http", "ws"})
    void oneThatHangsIsGivenUpInTime(String scheme) throws Exception {
        // The system accepts connections, and nobody ever looks at them.
        var silent = new ServerSocket(0, 10, ANY.getAddress());
        toClose.add(silent);
        var receiver = plain(scheme + "://127.0.0.1:" + silent.getLocalPort() + "/", 100);

        assertThat(deliver(receiver, "[]", 1)).isEqualTo(Receiver.Outcome.FAILED);
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUpInTime() throws Exception {
        var server = HttpServer.create(ANY, 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 1_000);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                });
        server.start();
        toClose.add(() -> server.stop(0));
        var receiver = plain("http://127.0.0.1:" + server.getAddress().getPort() + "/", 200);

        assertThat(deliver(receiver, "[]", 1)).isEqualTo(Receiver.Outcome.FAILED);
    }

    @ParameterizedTest
    @CsvSource({"http", "ws"})
    void oneThatIsGoneFailsAndOneThatIsBackIsFound(String scheme) throws Exception {
        var port = freePort();
        var receiver = plain(scheme + "://127.0.0.1:" + port + "/", 5_000);
        assertThat(deliver(receiver, "[1]", 1)).isEqualTo(Receiver.Outcome.FAILED);

        if (scheme.equals("http")) {
            var posted = new LinkedBlockingQueue<Posted>();
            http(200, posted, port);
            assertThat(deliver(receiver, "[1]", 1)).isEqualTo(Receiver.Outcome.DELIVERED);
            assertThat(posted.take().body()).isEqualTo("[1]");
        } else {
            var sockets = new WebSocketServer(port);
            assertThat(deliver(receiver, "[1]", 1)).isEqualTo(Receiver.Outcome.DELIVERED);
            assertThat(sockets.received.take()).isEqualTo("[1]");
        }
    }

    @Test
    void aWebSocketIsKeptAndMadeAnewWhenItBreaks() throws Exception {
        var server = new WebSocketServer(0);
        var receiver = plain("ws://127.0.0.1:" + server.port() + "/", 5_000);
        assertThat(deliver(receiver, "[1]", 1)).isEqualTo(Receiver.Outcome.DELIVERED);
        assertThat(deliver(receiver, "[2]", 2)).isEqualTo(Receiver.Outcome.DELIVERED);
        assertThat(server.received.take()).isEqualTo("[1]");
        assertThat(server.received.take()).isEqualTo("[2]");
        assertThat(server.connections).hasValue(1);

        server.dropAll();
        // What is under way when it breaks may be lost; sooner or later the break is noticed.
        var number = 3;
        while (server.connections.get() == 1) {
            deliver(receiver, "[" + number++ + "]", number);
        }

        deliver(receiver, "\"after\"", number);
        String last;
        do {
            last = server.received.poll(10, TimeUnit.SECONDS);
        } while (last != null && !last.equals("\"after\""));
        assertThat(last).as("what came over the second connection").isEqualTo("\"after\"");
        assertThat(server.connections).hasValue(2);
    }

    @Test
    void aDeadReceiverCostsTheTellerNothingAndAnotherGetsAll() throws Exception {
        var posted = new LinkedBlockingQueue<Posted>();
        var good = http(200, posted);
        var silent = new ServerSocket(0, 1, ANY.getAddress());
        toClose.add(silent);
        var handlers =
                EventHandlers.start(
                        "here",
                        List.of(
                                settings(
                                        "http://127.0.0.1:" + silent.getLocalPort() + "/",
                                        HandlerSettings.Access.NONE,
                                        60_000),
                                settings(
                                        "http://127.0.0.1:" + good.getAddress().getPort() + "/",
                                        HandlerSettings.Access.NONE,
                                        5_000)),
                        () -> 7);
        var monitor = new Monitor(handlers, StatisticsSettings.OFF, () -> 7);
        for (var n = 0; n < 250; n++) {
            monitor.sessionEnded(n + 1, false);
        }

        var events = 0;
        while (events < 250) {
            events += posted.take().body().split("\"emitter\":\"here\"", -1).length - 1;
        }
        assertThat(events).isEqualTo(250);
        var dead = handlers.handlers().getFirst();
        assertThat(dead.delivered()).isZero();
        assertThat(dead.queued() + 100).as("one message is under way").isGreaterThanOrEqualTo(250);
        silent.close();
        handlers.close();
    }

    @Test
    void anSdpIsMaskedForWhomItIsNotMeant() throws Exception {
        var posted = new LinkedBlockingQueue<Posted>();
        var server = http(200, posted);
        var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        var open = settings(url, HandlerSettings.Access.NONE, 5_000);
        var discreet =
                new HandlerSettings(
                        "discreet",
                        open.url(),
                        EnumSet.of(EventType.JSEP),
                        false,
                        true,
                        open.access(),
                        open.limits());
        try (var handlers = EventHandlers.start("here", List.of(discreet), () -> 7)) {
            var monitor = new Monitor(handlers, StatisticsSettings.OFF, () -> 7);
            assertThat(monitor.wants(EventType.SESSION)).as("outside the mask").isFalse();
            monitor.of(new Subject(1, 2, null)).localJsep("answer", "v=0\r\nsecret");
            monitor.sessionEnded(1, false);

            assertThat(posted.take().body())
                    .isEqualTo(
                            "[{\"emitter\":\"here\",\"type\":8,\"timestamp\":7,\"session_id\":1,"
                                    + "\"handle_id\":2,\"event\":{\"owner\":\"local\",\"jsep\":"
                                    + "{\"type\":\"answer\",\"sdp\":\"(masked)\"}}}]");
        }
        assertThat(posted).as("nothing else").isEmpty();
    }

    @Test
    void aLossIsTheServersOwnCoreEvent() {
        assertThat(new String(EventHandlers.loss("here", 5, 9), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"emitter\":\"here\",\"type\":256,\"subtype\":3,\"timestamp\":9,"
                                + "\"event\":{\"status\":\"dropped\",\"events\":5}}");
    }

    private static Receiver.Outcome deliver(Receiver receiver, String message, long first)
            throws InterruptedException {
        return receiver.deliver(message.getBytes(StandardCharsets.UTF_8), 1, first);
    }

    private Receiver plain(String url, int timeoutMillis) {
        return receiver(url, HandlerSettings.Access.NONE, timeoutMillis);
    }

    private Receiver receiver(String url, HandlerSettings.Access access, int timeoutMillis) {
        var settings = settings(url, access, timeoutMillis);
        var receiver =
                settings.isWebSocket()
                        ? new WebSocketReceiver(settings)
                        : new HttpReceiver(settings);
        toClose.add(receiver);
        return receiver;
    }

    private static HandlerSettings settings(
            String url, HandlerSettings.Access access, int timeoutMillis) {
        return new HandlerSettings(
                url,
                URI.create(url),
                EnumSet.allOf(EventType.class),
                true,
                true,
                access,
                new HandlerSettings.Limits(
                        100,
                        1 << 20,
                        Duration.ofMillis(1),
                        1_000,
                        1 << 20,
                        Duration.ofMillis(timeoutMillis),
                        Duration.ofMillis(10),
                        Duration.ofMillis(10)));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, ANY.getAddress())) {
            return socket.getLocalPort();
        }
    }

    private HttpServer http(int status, LinkedBlockingQueue<Posted> posted) throws IOException {
        return http(status, posted, 0);
    }

    private HttpServer http(int status, LinkedBlockingQueue<Posted> posted, int port)
            throws IOException {
        var server = HttpServer.create(new InetSocketAddress(ANY.getAddress(), port), 0);
        server.createContext(
                "/",
                exchange -> {
                    var headers = exchange.getRequestHeaders();
                    posted.add(
                            new Posted(
                                    exchange.getRequestMethod(),
                                    headers.getFirst("Content-Type"),
                                    headers.getFirst("X-Portunus-First-Event"),
                                    String.valueOf(headers.getFirst("Authorization")),
                                    String.valueOf(headers.getFirst("X-Portunus-Signature")),
                                    new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8)));
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
        toClose.add(() -> server.stop(0));
        return server;
    }

    private final class WebSocketServer {
        private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final AtomicInteger connections = new AtomicInteger();
        private final List<Channel> open = new CopyOnWriteArrayList<>();
        private final Channel listening;

        WebSocketServer(int port) throws InterruptedException {
            var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            toClose.add(() -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync());
            listening =
                    new ServerBootstrap()
                            .group(loops)
                            .channel(NioServerSocketChannel.class)
                            .childHandler(
                                    new ChannelInitializer<SocketChannel>() {
                                        @Override
                                        protected void initChannel(SocketChannel channel) {
                                            init(channel);
                                        }
                                    })
                            .bind(new InetSocketAddress(ANY.getAddress(), port))
                            .sync()
                            .channel();
        }

        private void init(Channel channel) {
            connections.incrementAndGet();
            open.add(channel);
            channel.pipeline()
                    .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(1 << 16),
                            new WebSocketServerProtocolHandler("/"),
                            new SimpleChannelInboundHandler<TextWebSocketFrame>() {
                                @Override
                                protected void channelRead0(
                                        ChannelHandlerContext context, TextWebSocketFrame frame) {
                                    received.add(frame.text());
                                }
                            });
        }

        int port() {
            return ((InetSocketAddress) listening.localAddress()).getPort();
        }

        void dropAll() throws InterruptedException {
            for (var channel : open) {
                channel.close().sync();
            }
        }
    }
}
