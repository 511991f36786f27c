// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ends a connection that takes too long for what it is at: a request has to be complete soon after
/// its first byte however it trickles in, an answer has to be there and to be fetched, and nobody
/// stays who asks for nothing. Confined to the connection's I/O loop.
final class Patience extends ChannelInboundHandlerAdapter {
    static final int IDLE_SECONDS = 30;
    static final int ANSWER_SECONDS = 10;
    static final int FETCH_SECONDS = 60;

    /// What has come of the requests of one connection that are not complete or not begun.
    static final int MAX_HELD_BYTES = 640 << 10;

    /// The same of all connections.
    static final int MAX_HELD_BYTES_OF_ALL = 64 << 20;

    private final int requestSeconds;
    private final HttpCounters counters;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> arrival;
    private @Nullable ScheduledFuture<?> stage;
    private int heldBytes;
    private boolean left;

    /// @param requestSeconds how long a request may take from its first byte to its last
    Patience(int requestSeconds, HttpCounters counters) {
        this.requestSeconds = requestSeconds;
        this.counters = counters;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        onIdle();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        leave();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (bytes instanceof ByteBuf some && !left && !holds(some.readableBytes())) {
            some.release();
            counters.count(Refusal.TOO_LARGE);
            var _ = context.close();
            return;
        }
        if (arrival == null) {
            arrival = within(requestSeconds, Refusal.TOO_SLOW);
        }
        context.fireChannelRead(bytes);
    }

    /// A request is complete and is being answered.
    ///
    /// @param alone whether no other one waits for its turn
    void onRequest(boolean alone) {
        onArrived();
        if (alone) {
            release();
        }
        stage(ANSWER_SECONDS, Refusal.UNANSWERED);
    }

    /// A request is complete; it may have to wait for its turn.
    void onArrived() {
        cancel(arrival);
        arrival = null;
    }

    /// The answer to the present request may take so long.
    void mayTake(int seconds) {
        stage(seconds, Refusal.UNANSWERED);
    }

    /// An answer is on its way.
    void onAnswer() {
        stage(FETCH_SECONDS, Refusal.TOO_SLOW);
    }

    /// Nothing is asked.
    void onIdle() {
        stage(IDLE_SECONDS, Refusal.IDLE);
    }

    /// The connection is watched by somebody else from now on.
    void leave() {
        left = true;
        release();
        cancel(arrival);
        cancel(stage);
    }

    private boolean holds(int more) {
        heldBytes += more;
        return counters.hold(more) <= MAX_HELD_BYTES_OF_ALL && heldBytes <= MAX_HELD_BYTES;
    }

    private void release() {
        counters.hold(-heldBytes);
        heldBytes = 0;
    }

    private void stage(int seconds, Refusal otherwise) {
        cancel(stage);
        stage = within(seconds, otherwise);
    }

    private @Nullable ScheduledFuture<?> within(int seconds, Refusal otherwise) {
        var here = context;
        if (here == null || left) {
            return null;
        }
        return here.executor().schedule(() -> giveUp(here, otherwise), seconds, TimeUnit.SECONDS);
    }

    private void giveUp(ChannelHandlerContext here, Refusal why) {
        counters.count(why);
        var _ = here.close();
    }

    private static void cancel(@Nullable ScheduledFuture<?> limit) {
        if (limit != null) {
            limit.cancel(false);
        }
    }
}
