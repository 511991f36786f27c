// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.media.SignallingLoop;
import java.util.concurrent.atomic.AtomicInteger;

/// Turns an HTTP request into a WebSocket that speaks the Janus API. Thread-safe; called on I/O
/// loops.
public final class WebSocketUpgrade {
    /// The most WebSockets at once.
    static final int MAX_CONNECTIONS = 50_000;

    private static final WebSocketDecoderConfig FRAMES =
            WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(WebSocketSettings.MAX_MESSAGE_BYTES)
                    .allowExtensions(false)
                    .withUTF8Validator(true)
                    .closeOnProtocolViolation(true)
                    .build();

    private final Gateway gateway;
    private final SignallingLoop loop;
    private final WebSocketSettings settings;
    private final AtomicInteger connections = new AtomicInteger();

    public WebSocketUpgrade(Gateway gateway, SignallingLoop loop, WebSocketSettings settings) {
        this.gateway = gateway;
        this.loop = loop;
        this.settings = settings;
    }

    /// How many WebSockets are open.
    public int connections() {
        return connections.get();
    }

    /// Whether `request` asks for a WebSocket.
    public static boolean isAskedBy(FullHttpRequest request) {
        return request.headers()
                        .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.headers()
                        .containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    /// Answers an upgrade; refused unless the client offers the sub-protocol of the API.
    ///
    /// @return the status to refuse with, or null when the upgrade is under way
    public @org.jspecify.annotations.Nullable HttpResponseStatus upgrade(
            ChannelHandlerContext context, FullHttpRequest request) {
        if (!offersProtocol(request)) {
            return HttpResponseStatus.FORBIDDEN;
        }
        if (connections.incrementAndGet() > MAX_CONNECTIONS) {
            connections.decrementAndGet();
            return HttpResponseStatus.SERVICE_UNAVAILABLE;
        }
        var channel = context.channel();
        channel.closeFuture().addListener(_ -> connections.decrementAndGet());
        var address = "ws://" + request.headers().get(HttpHeaderNames.HOST, "localhost") + "/";
        var handshaker =
                new WebSocketServerHandshakerFactory(address, WebSocketSettings.PROTOCOL, FRAMES)
                        .newHandshaker(request);
        if (handshaker == null) {
            var _ = WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(channel);
            return null;
        }
        // The client's first frames may come right behind its request.
        context.pipeline().remove(context.name());
        var _ = handshaker.handshake(channel, request);
        channel.pipeline()
                .addLast(
                        new WebSocketFrameAggregator(WebSocketSettings.MAX_MESSAGE_BYTES),
                        new WebSocketClient(channel, gateway, loop, settings));
        return null;
    }

    private static boolean offersProtocol(FullHttpRequest request) {
        for (var header : request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
            for (var protocol : header.split(",", -1)) {
                if (protocol.strip().equals(WebSocketSettings.PROTOCOL)) {
                    return true;
                }
            }
        }
        return false;
    }
}
