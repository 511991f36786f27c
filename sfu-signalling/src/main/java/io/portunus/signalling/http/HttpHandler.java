// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.portunus.signalling.websocket.WebSocketUpgrade;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the HTTP requests of one connection. Confined to the connection's I/O loop.
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    /// Nothing from elsewhere; WebSockets to wherever the page is told.
    private static final String CONTENT_POLICY =
            "default-src 'self'; connect-src 'self' ws: wss:; media-src 'self' blob:;"
                    + " frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    private final Set<Role> roles;
    private final WebSocketUpgrade upgrade;
    private final Pages pages;
    private final Health health;
    private final Supplier<String> metrics;

    HttpHandler(
            Set<Role> roles,
            WebSocketUpgrade upgrade,
            Pages pages,
            Health health,
            Supplier<String> metrics) {
        this.roles = roles;
        this.upgrade = upgrade;
        this.pages = pages;
        this.health = health;
        this.metrics = metrics;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            answer(context, request, HttpResponseStatus.BAD_REQUEST, "malformed request\n");
        } else if (roles.contains(Role.JANUS) && WebSocketUpgrade.isAskedBy(request)) {
            var refusal = upgrade.upgrade(context, request);
            if (refusal != null) {
                answer(context, request, refusal.status(), refusal.reason());
            }
        } else if (!roles.contains(Role.PAGES) && !roles.contains(Role.METRICS)) {
            answer(context, request, HttpResponseStatus.FORBIDDEN, "");
        } else if (!request.method().equals(HttpMethod.GET)
                && !request.method().equals(HttpMethod.HEAD)) {
            answer(context, request, HttpResponseStatus.METHOD_NOT_ALLOWED, "");
        } else {
            get(context, request);
        }
    }

    private void get(ChannelHandlerContext context, FullHttpRequest request) {
        var path = new QueryStringDecoder(request.uri()).rawPath();
        if (roles.contains(Role.METRICS) && path.equals("/metrics")) {
            respond(
                    context,
                    request,
                    HttpResponseStatus.OK,
                    METRICS,
                    metrics.get().getBytes(StandardCharsets.UTF_8));
        } else if (!roles.contains(Role.PAGES)) {
            answer(context, request, HttpResponseStatus.NOT_FOUND, "");
        } else if (path.equals("/healthz")) {
            state(context, request, health.isHealthy(), "healthy\n", "a loop hangs\n");
        } else if (path.equals("/readyz")) {
            state(context, request, health.isReady(), "ready\n", "not ready\n");
        } else {
            page(context, request);
        }
    }

    private void page(ChannelHandlerContext context, FullHttpRequest request) {
        var page = pages.find(request.uri());
        if (page == null) {
            answer(context, request, HttpResponseStatus.NOT_FOUND, "no such page\n");
        } else {
            respond(context, request, HttpResponseStatus.OK, page.type(), page.content());
        }
    }

    private static void state(
            ChannelHandlerContext context,
            FullHttpRequest request,
            boolean good,
            String yes,
            String no) {
        answer(
                context,
                request,
                good ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                good ? yes : no);
    }

    private static void answer(
            ChannelHandlerContext context,
            FullHttpRequest request,
            HttpResponseStatus status,
            String text) {
        respond(context, request, status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void respond(
            ChannelHandlerContext context,
            FullHttpRequest request,
            HttpResponseStatus status,
            String type,
            byte[] content) {
        ByteBuf body =
                request.method().equals(HttpMethod.HEAD)
                        ? Unpooled.EMPTY_BUFFER
                        : Unpooled.wrappedBuffer(content);
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CONTENT_LENGTH, content.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_POLICY)
                .set("Referrer-Policy", "no-referrer");
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketUpgrade.VERSION);
        }
        var keepAlive =
                HttpUtil.isKeepAlive(request)
                        && status.code() < HttpResponseStatus.BAD_REQUEST.code();
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("the connection of {} failed", context.channel().remoteAddress(), cause);
        var _ = context.close();
    }
}
