// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.portunus.signalling.janus.RequestBudget;
import io.portunus.signalling.rest.Cors;
import io.portunus.signalling.rest.Exchange;
import io.portunus.signalling.rest.RestAnswer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One request to the API on a connection of ours. Thread-safe.
final class NettyExchange implements Exchange {
    private static final String JSON = "application/json";

    private final ChannelHandlerContext context;
    private final Patience patience;
    private final HttpCounters counters;
    private final RequestBudget budget;
    private final HttpHeaders always;
    private final HttpVersion version;
    private final boolean keepAlive;
    private volatile boolean waits;
    private @Nullable Object audience;
    private final AtomicBoolean answered = new AtomicBoolean();

    NettyExchange(
            ChannelHandlerContext context,
            HttpRequest request,
            Patience patience,
            HttpCounters counters,
            Cors cors,
            RequestBudget budget) {
        this.context = context;
        this.patience = patience;
        this.counters = counters;
        this.budget = budget;
        version = request.protocolVersion();
        keepAlive = HttpUtil.isKeepAlive(request);
        always = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        cors.describe(request.headers(), always);
    }

    @Override
    public void answer(RestAnswer answer, Runnable lost) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        var status = HttpResponseStatus.valueOf(answer.status());
        if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
            counters.count(Refusal.OVERLOADED);
        }
        var content = answer.body().getBytes(StandardCharsets.UTF_8);
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(content));
        response.headers()
                .set(always)
                .set(HttpHeaderNames.CONTENT_LENGTH, content.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff");
        if (content.length > 0) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, JSON);
        }
        if (!answer.location().isEmpty()) {
            response.headers().set(HttpHeaderNames.LOCATION, answer.location());
        }
        HttpUtil.setKeepAlive(response.headers(), version, keepAlive);
        var written = context.writeAndFlush(response);
        written.addListener(done -> {
            if (!done.isSuccess()) {
                lost.run();
            }
        });
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void drop() {
        if (answered.compareAndSet(false, true)) {
            var _ = context.close();
        }
    }

    @Override
    public void mayTake(int seconds) {
        waits = true;
        patience.mayTake(seconds);
    }

    /// Whether it is a poll.
    boolean waits() {
        return waits;
    }

    @Override
    public @Nullable Object audience() {
        return audience;
    }

    @Override
    public void audience(Object listener) {
        audience = listener;
    }

    @Override
    public RequestBudget budget() {
        return budget;
    }

    @Override
    public boolean isOpen() {
        return context.channel().isActive();
    }
}
