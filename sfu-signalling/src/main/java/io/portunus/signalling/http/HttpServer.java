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
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.portunus.signalling.websocket.WebSocketSettings;
import io.portunus.signalling.websocket.WebSocketUpgrade;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The TCP side of the server: pages, health, metrics, and WebSockets on the way to the API.
/// Thread-safe.
public final class HttpServer implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int MAX_REQUEST_BYTES = 64 << 10;
    private static final int BACKLOG = 1_024;
    private static final int IDLE_SECONDS = 30;
    private static final int STOP_MILLIS = 1_000;

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(
                    IO_THREADS,
                    new DefaultThreadFactory("network", true),
                    NioIoHandler.newFactory());
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> listening = new ArrayList<>();
    private final WebSocketUpgrade upgrade;
    private final Pages pages;
    private final Health health;
    private final Supplier<String> metrics;

    public HttpServer(
            WebSocketUpgrade upgrade, Pages pages, Health health, Supplier<String> metrics) {
        this.upgrade = upgrade;
        this.pages = pages;
        this.health = health;
        this.metrics = metrics;
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
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                clients.add(channel);
                var pipeline = channel.pipeline();
                var tls = listener.tls();
                if (tls != null) {
                    pipeline.addLast(tls.newHandler(channel.alloc()));
                }
                pipeline.addLast(
                        new IdleUntilUpgraded(),
                        new HttpServerCodec(),
                        new HttpObjectAggregator(MAX_REQUEST_BYTES),
                        new HttpHandler(listener.roles(), upgrade, pages, health, metrics));
            }
        };
    }

    /// Closes a connection that asks for nothing; WebSockets have a watch of their own.
    private static final class IdleUntilUpgraded extends ReadTimeoutHandler {
        IdleUntilUpgraded() {
            super(IDLE_SECONDS);
        }

        @Override
        protected void readTimedOut(io.netty.channel.ChannelHandlerContext context)
                throws Exception {
            if (context.pipeline().get(HttpHandler.class) != null) {
                super.readTimedOut(context);
            }
        }
    }
}
