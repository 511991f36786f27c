// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.portunus.signalling.websocket.WebSocketSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/// The TCP side of the server: pages, health, metrics, and WebSockets and requests on the way to
/// the API. Thread-safe.
public final class HttpServer implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int MAX_LINE_BYTES = 4 << 10;
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int BACKLOG = 1_024;

    // A client whose network is gone is asked by TCP itself, so that its poll ends within 10 s.
    private static final int KEEPALIVE_IDLE_SECONDS = 4;
    private static final int KEEPALIVE_SECONDS = 2;
    private static final int KEEPALIVE_COUNT = 3;
    private static final int STOP_MILLIS = 1_000;

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(
                    IO_THREADS,
                    new DefaultThreadFactory("network", true),
                    NioIoHandler.newFactory());
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> listening = new ArrayList<>();
    private final HttpCounters counters = new HttpCounters();
    private final Services services;
    private final HttpSettings settings;
    private final Guests guests;

    public HttpServer(Services services, HttpSettings settings) {
        this.services = services;
        this.settings = settings;
        guests = new Guests(settings, System::nanoTime);
    }

    /// How many were not served, and why.
    public HttpCounters counters() {
        return counters;
    }

    /// Starts to listen.
    ///
    /// @return where, with the port that was found for 0
    /// @throws IllegalStateException naming address and port, when they cannot be had
    public InetSocketAddress listen(Listener listener) {
        var bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(
                                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                                KEEPALIVE_IDLE_SECONDS)
                        .childOption(
                                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                                KEEPALIVE_SECONDS)
                        .childOption(
                                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
                                KEEPALIVE_COUNT)
                        // What waits for a client that does not read, before it is dropped.
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(
                                        WebSocketSettings.MAX_PENDING_BYTES / 2,
                                        WebSocketSettings.MAX_PENDING_BYTES))
                        .childHandler(initializer(listener))
                        .bind(listener.address(), listener.port())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException(
                    "cannot listen on TCP "
                            + listener.address()
                            + " port "
                            + listener.port()
                            + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        synchronized (listening) {
            listening.add(bound.channel());
        }
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /// Accepts no connection any more; those that are open go on.
    public void stopListening() {
        synchronized (listening) {
            listening.forEach(channel -> channel.close().awaitUninterruptibly(STOP_MILLIS));
            listening.clear();
        }
    }

    /// Says goodbye to all clients and closes their connections.
    @Override
    public void close() {
        stopListening();
        clients.writeAndFlush(
                        new CloseWebSocketFrame(
                                WebSocketCloseStatus.ENDPOINT_UNAVAILABLE, "the server stops"))
                .awaitUninterruptibly(STOP_MILLIS);
        clients.close().awaitUninterruptibly(STOP_MILLIS);
        loops.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private ChannelInitializer<SocketChannel> initializer(Listener listener) {
        var gate = new Gate(listener, settings, guests, counters);
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                if (!gate.admits(channel)) {
                    var _ = channel.close();
                    return;
                }
                clients.add(channel);
                var pipeline = channel.pipeline();
                var tls = listener.tls();
                if (tls != null) {
                    pipeline.addLast(tls.get().newHandler(channel.alloc()));
                }
                var patience = new Patience(settings.requestSeconds(), counters);
                pipeline.addLast(
                        patience,
                        new HttpServerCodec(
                                new HttpDecoderConfig()
                                        .setMaxInitialLineLength(MAX_LINE_BYTES)
                                        .setMaxHeaderSize(MAX_HEADER_BYTES)),
                        new HttpObjectAggregator(WebSocketSettings.MAX_MESSAGE_BYTES),
                        new InTurn(patience, counters),
                        new HttpHandler(services, gate, patience));
            }
        };
    }
}
