// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.portunus.signalling.websocket.WebSocketSettings;
import java.util.ArrayDeque;
import java.util.Deque;

/// Hands the requests of a connection on one by one, each when the one before is answered, so that
/// answers come in the order of the requests however long one takes (RFC 9112 §9.3.2). Confined to
/// the connection's I/O loop.
final class InTurn extends ChannelDuplexHandler {
    /// The most requests that wait behind the one that is being answered.
    static final int MAX_WAITING = 16;

    /// The most bytes that their bodies have together.
    static final int MAX_WAITING_BYTES = WebSocketSettings.MAX_MESSAGE_BYTES;

    private final Patience patience;
    private final HttpCounters counters;
    private final Deque<FullHttpRequest> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean answering;
    private boolean last;

    InTurn(Patience patience, HttpCounters counters) {
        this.patience = patience;
        this.counters = counters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof FullHttpRequest request)) {
            context.fireChannelRead(message);
            return;
        }
        if (last) {
            request.release();
        } else if (!answering) {
            begin(context, request);
        } else if (waiting.size() < MAX_WAITING
                && waitingBytes + request.content().readableBytes() <= MAX_WAITING_BYTES) {
            patience.onArrived();
            waiting.add(request);
            waitingBytes += request.content().readableBytes();
        } else {
            request.release();
            counters.count(Refusal.PIPELINE_FULL);
            var _ = context.close();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof FullHttpResponse response)) {
            var _ = context.write(message, promise);
            return;
        }
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            leave(context);
            var _ = context.write(message, promise);
            return;
        }
        last = !HttpUtil.isKeepAlive(response);
        patience.onAnswer();
        var written = promise.unvoid();
        written.addListener(_ -> onWritten(context));
        var _ = context.write(message, written);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        waiting.forEach(FullHttpRequest::release);
        waiting.clear();
    }

    private void begin(ChannelHandlerContext context, FullHttpRequest request) {
        answering = true;
        patience.onRequest(waiting.isEmpty());
        context.fireChannelRead(request);
    }

    private void onWritten(ChannelHandlerContext context) {
        answering = false;
        var next = last || context.isRemoved() ? null : waiting.poll();
        if (next == null) {
            patience.onIdle();
        } else {
            waitingBytes -= next.content().readableBytes();
            begin(context, next);
        }
    }

    /// From here on another protocol is spoken.
    private void leave(ChannelHandlerContext context) {
        patience.leave();
        context.pipeline().remove(this);
    }
}
