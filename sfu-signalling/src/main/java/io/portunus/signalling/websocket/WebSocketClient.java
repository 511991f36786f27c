// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.websocket;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.portunus.signalling.janus.Api;
import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.RequestBudget;
import io.portunus.signalling.media.SignallingLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's WebSocket. Its frames come on the channel's I/O loop and are handed over to the
/// signalling loop, on which [Client]'s methods are called.
final class WebSocketClient extends SimpleChannelInboundHandler<WebSocketFrame> implements Client {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketClient.class);
    private static final int MAX_PROBES = 64;

    private final Channel channel;
    private final Api api;
    private final SignallingLoop loop;
    private final WebSocketSettings settings;
    private final String remote;

    // Confined to the I/O loop.
    private @Nullable ScheduledFuture<?> watch;
    private long heardAtNanos = System.nanoTime();

    // Confined to the signalling loop.
    private final List<Probe> probes = new ArrayList<>();
    private final RequestBudget budget;
    private boolean closed;

    WebSocketClient(Channel channel, Api api, SignallingLoop loop, WebSocketSettings settings) {
        this.channel = channel;
        this.api = api;
        this.loop = loop;
        this.settings = settings;
        budget = api.newBudget();
        remote = String.valueOf(channel.remoteAddress());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        loop.execute(() -> tell("connected"));
        watch =
                context.executor()
                        .scheduleAtFixedRate(
                                this::watch,
                                settings.pingSeconds(),
                                settings.pingSeconds(),
                                TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        heardAtNanos = System.nanoTime();
        switch (frame) {
            case TextWebSocketFrame text -> {
                var message = text.text();
                if (!loop.offer(() -> api.onMessage(this, message))) {
                    drop("the signalling loop can take no more");
                }
            }
            case PingWebSocketFrame ping -> {
                var _ = context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
            }
            case PongWebSocketFrame _ -> loop.execute(this::onPong);
            case CloseWebSocketFrame close -> {
                // The reply echoes the code; a stray one (RFC 6455 §7.4) is answered without.
                var status = close.statusCode();
                var _ =
                        context.writeAndFlush(
                                        WebSocketCloseStatus.isValidStatusCode(status)
                                                ? new CloseWebSocketFrame(status, "")
                                                : new CloseWebSocketFrame())
                                .addListener(ChannelFutureListener.CLOSE);
            }
            default -> refuse("only text is understood");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (watch != null) {
            watch.cancel(false);
        }
        if (!loop.execute(this::onClosed)) {
            // Nothing may be lost of what ends: the loop is asked again until it has room.
            var _ =
                    context.executor()
                            .schedule(() -> channelInactive(context), 10, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) {
            drop("it does not read what it is sent");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("the connection of {} failed", remote, cause);
        var _ = context.close();
    }

    @Override
    public void send(String json) {
        if (channel.isActive()) {
            var _ = channel.writeAndFlush(new TextWebSocketFrame(settings.json().of(json)));
        }
    }

    @Override
    public boolean isOpen() {
        return !closed && channel.isActive();
    }

    @Override
    public RequestBudget budget() {
        return budget;
    }

    @Override
    public void probe(int waitMillis, Consumer<Boolean> answer) {
        if (closed || !channel.isActive() || probes.size() >= MAX_PROBES) {
            answer.accept(!closed && channel.isActive());
            return;
        }
        var probe = new Probe(answer);
        probes.add(probe);
        var _ = channel.writeAndFlush(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER));
        loop.schedule(
                Duration.ofMillis(waitMillis),
                () -> {
                    if (probes.remove(probe)) {
                        probe.answer().accept(false);
                    }
                });
    }

    @Override
    public String remote() {
        return remote;
    }

    private void onPong() {
        settleProbes(true);
    }

    private void onClosed() {
        closed = true;
        settleProbes(false);
        api.onClosed(this);
        tell("disconnected");
    }

    /// For operators.
    private void tell(String event) {
        api.onTransport(
                this,
                () -> {
                    var data =
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("event", event)
                                    .put("admin_api", api.isAdmin());
                    if (channel.remoteAddress() instanceof InetSocketAddress address) {
                        data.put("ip", address.getAddress().getHostAddress())
                                .put("port", address.getPort());
                    }
                    return data;
                });
    }

    private void settleProbes(boolean alive) {
        var settled = List.copyOf(probes);
        probes.clear();
        for (var probe : settled) {
            probe.answer().accept(alive);
        }
    }

    /// Asks a quiet client whether it is there, and drops one that has not said so for too long.
    private void watch() {
        var silentNanos = System.nanoTime() - heardAtNanos;
        if (silentNanos >= limit(settings.pingSeconds() + settings.pingTimeoutSeconds())) {
            drop("it answers no ping");
        } else {
            var _ = channel.writeAndFlush(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER));
        }
    }

    private static long limit(int seconds) {
        // The watch looks once each ping period, so it may not wait for the last nanosecond.
        return TimeUnit.SECONDS.toNanos(seconds) - TimeUnit.MILLISECONDS.toNanos(100);
    }

    private void refuse(String reason) {
        var _ =
                channel.writeAndFlush(
                                new CloseWebSocketFrame(
                                        WebSocketCloseStatus.INVALID_MESSAGE_TYPE, reason))
                        .addListener(ChannelFutureListener.CLOSE);
    }

    private void drop(String reason) {
        LOG.info("dropping {}: {}", remote, reason);
        var _ = channel.close();
    }

    private record Probe(Consumer<Boolean> answer) {}
}
