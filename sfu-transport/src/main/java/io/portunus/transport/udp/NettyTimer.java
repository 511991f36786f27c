// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A timer of the event loop's own making: a new object each time. Confined to its media loop.
public final class NettyTimer implements LoopTimer {
    private final EventExecutor loop;
    private final Runnable onTime;
    private @Nullable Future<?> scheduled;

    public NettyTimer(EventExecutor loop, Runnable onTime) {
        this.loop = loop;
        this.onTime = onTime;
    }

    @Override
    public void set(long delayNanos) {
        stop();
        scheduled = loop.schedule(onTime, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void stop() {
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
