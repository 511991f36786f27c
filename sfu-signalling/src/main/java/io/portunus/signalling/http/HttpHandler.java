// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.portunus.signalling.janus.RequestBudget;
import io.portunus.signalling.janus.RequestReader;
import io.portunus.signalling.rest.HttpApi;
import io.portunus.signalling.rest.RestRequest;
import io.portunus.signalling.websocket.WebSocketUpgrade;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

    private static final int AGAIN_MILLIS = 10;

    private final Services services;
    private final Gate gate;
    private final Patience patience;
    private final Set<Role> roles;
    private final @Nullable Entrance entrance;
    private @Nullable NettyExchange latestPoll;
    private @Nullable RequestBudget budget;
    private boolean silent;

    HttpHandler(Services services, Gate gate, Patience patience) {
        this.services = services;
        this.gate = gate;
        this.patience = patience;
        roles = gate.roles();
        entrance = services.of(roles);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            gate.count(Refusal.MALFORMED);
            answer(context, request, HttpResponseStatus.BAD_REQUEST, "malformed request\n");
            return;
        }
        var client = gate.client(context.channel(), request.headers());
        var refused = gate.refusal(client);
        if (refused != null) {
            gate.count(refused);
            answer(context, request, status(refused), "");
        } else {
            serve(context, request, client);
        }
    }

    private void serve(
            ChannelHandlerContext context, FullHttpRequest request, InetSocketAddress client) {
        var api = entrance;
        if (api != null && speaks(Role.JANUS) && WebSocketUpgrade.isAskedBy(request)) {
            upgrade(api, context, request);
        } else if (api != null && speaks(Role.REST) && isForTheApi(api.http(), request)) {
            http(api.http(), context, request, client);
        } else if (!roles.contains(Role.PAGES) && !roles.contains(Role.METRICS)) {
            answer(context, request, HttpResponseStatus.FORBIDDEN, "");
        } else if (!request.method().equals(HttpMethod.GET)
                && !request.method().equals(HttpMethod.HEAD)) {
            answer(context, request, HttpResponseStatus.METHOD_NOT_ALLOWED, "");
        } else {
            get(context, request);
        }
    }

    /// Whether an API is carried in this way; that of operators is in both.
    private boolean speaks(Role way) {
        return roles.contains(way) || roles.contains(Role.ADMIN);
    }

    private void upgrade(Entrance api, ChannelHandlerContext context, FullHttpRequest request) {
        var cors = api.http().cors();
        if (!cors.lets(request.headers())) {
            answer(context, request, HttpResponseStatus.FORBIDDEN, "not from this origin\n");
            return;
        }
        var described = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        cors.describe(request.headers(), described);
        var refusal = api.upgrade().upgrade(context, request, described);
        if (refusal != null) {
            answer(context, request, refusal.status(), refusal.reason());
        }
    }

    private void http(
            HttpApi api,
            ChannelHandlerContext context,
            FullHttpRequest request,
            InetSocketAddress client) {
        var mayAsk = budget;
        if (mayAsk == null) {
            mayAsk = api.newBudget();
            budget = mayAsk;
        }
        var exchange =
                new NettyExchange(context, request, patience, gate.counters(), api.cors(), mayAsk);
        api.onRequest(
                new RestRequest(
                        request.method().name(),
                        request.uri(),
                        text(request.content()),
                        api.cors().lets(request.headers()),
                        client),
                exchange);
        if (exchange.waits()) {
            latestPoll = exchange;
        }
    }

    /// What is not UTF-8 is marked, for the API to refuse in its own words.
    private static String text(ByteBuf content) {
        var decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .replaceWith(String.valueOf(RequestReader.NOT_UTF_8));
        try {
            return decoder.decode(content.nioBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("what is replaced cannot be malformed", e);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        var poll = latestPoll;
        if (poll != null && entrance != null && !entrance.http().onAborted(poll, silent)) {
            // Nothing may be lost of what ends: the loop is asked again until it has room.
            var _ =
                    context.executor()
                            .schedule(
                                    () -> channelInactive(context),
                                    AGAIN_MILLIS,
                                    TimeUnit.MILLISECONDS);
        }
    }

    /// A pre-flight may ask for the server as a whole (RFC 9110 §7.1).
    private static boolean isForTheApi(HttpApi api, FullHttpRequest request) {
        return api.takes(path(request))
                || (request.method().equals(HttpMethod.OPTIONS) && request.uri().equals("*"));
    }

    private static String path(FullHttpRequest request) {
        return new QueryStringDecoder(request.uri()).rawPath();
    }

    private static HttpResponseStatus status(Refusal refusal) {
        return refusal == Refusal.NOT_ALLOWED
                ? HttpResponseStatus.FORBIDDEN
                : HttpResponseStatus.TOO_MANY_REQUESTS;
    }

    private void get(ChannelHandlerContext context, FullHttpRequest request) {
        var path = path(request);
        var health = services.health();
        if (roles.contains(Role.METRICS) && path.equals("/metrics")) {
            respond(
                    context,
                    request,
                    HttpResponseStatus.OK,
                    METRICS,
                    services.metrics().get().getBytes(StandardCharsets.UTF_8));
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
        var page = services.pages().find(request.uri());
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
        if (status.equals(HttpResponseStatus.TOO_MANY_REQUESTS)) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, 1);
        }
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
        // Whoever resets a connection is there; of who is not, the system knows after a while only.
        silent = cause instanceof IOException && !(cause instanceof SocketException);
        var _ = context.close();
    }
}
