// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.portunus.signalling.janus.Api;
import io.portunus.signalling.media.SignallingLoop;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Turns an HTTP request into a WebSocket that speaks one API. Thread-safe; called on I/O loops.
public final class WebSocketUpgrade {
    /// The most WebSockets at once.
    static final int MAX_CONNECTIONS = 50_000;

    /// The `Sec-WebSocket-Version` of RFC 6455.
    public static final String VERSION = "13";

    private static final WebSocketDecoderConfig FRAMES =
            WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(WebSocketSettings.MAX_MESSAGE_BYTES)
                    .allowExtensions(false)
                    .closeOnProtocolViolation(true)
                    .build();

    private final Api api;
    private final SignallingLoop loop;
    private final WebSocketSettings settings;
    private final AtomicInteger connections = new AtomicInteger();

    public WebSocketUpgrade(Api api, SignallingLoop loop, WebSocketSettings settings) {
        this.api = api;
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

    /// Why an upgrade is refused.
    ///
    /// @param status what HTTP calls it
    /// @param reason what the client's author should know
    public record UpgradeRefusal(HttpResponseStatus status, String reason) {}

    /// Answers an upgrade; refused unless the client offers the sub-protocol of the API, in the
    /// form of RFC 6455 §4.1.
    ///
    /// @param headers what else the answer is to say
    /// @return how it is refused, which the caller has to say; null when the upgrade is under way
    public @Nullable UpgradeRefusal upgrade(
            ChannelHandlerContext context, FullHttpRequest request, HttpHeaders headers) {
        if (!VERSION.equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            // Earlier drafts have no ping, so who is gone would never be known.
            return new UpgradeRefusal(
                    HttpResponseStatus.UPGRADE_REQUIRED, "WebSocket version 13 is needed\n");
        }
        if (!offersProtocol(request)) {
            return new UpgradeRefusal(
                    HttpResponseStatus.FORBIDDEN,
                    "the sub-protocol " + api.protocol() + " is needed\n");
        }
        if (connections.incrementAndGet() > MAX_CONNECTIONS) {
            connections.decrementAndGet();
            return new UpgradeRefusal(
                    HttpResponseStatus.SERVICE_UNAVAILABLE, "too many connections\n");
        }
        var channel = context.channel();
        var address = "ws://" + request.headers().get(HttpHeaderNames.HOST, "localhost") + "/";
        try {
            var _ =
                    new WebSocketServerHandshaker13(address, api.protocol(), FRAMES)
                            .handshake(channel, request, headers, channel.newPromise());
        } catch (WebSocketServerHandshakeException malformed) {
            connections.decrementAndGet();
            return new UpgradeRefusal(HttpResponseStatus.BAD_REQUEST, "malformed upgrade\n");
        }
        channel.closeFuture().addListener(_ -> connections.decrementAndGet());
        context.pipeline().remove(context.name());
        channel.pipeline()
                .addLast(
                        new Utf8FrameValidator(true),
                        new WebSocketFrameAggregator(WebSocketSettings.MAX_MESSAGE_BYTES),
                        new WebSocketClient(channel, api, loop, settings));
        return null;
    }

    private boolean offersProtocol(FullHttpRequest request) {
        for (var header : request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
            for (var protocol : header.split(",", -1)) {
                if (protocol.strip().equals(api.protocol())) {
                    return true;
                }
            }
        }
        return false;
    }
}
