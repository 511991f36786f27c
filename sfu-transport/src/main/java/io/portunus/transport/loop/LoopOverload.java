// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.forward.Shedding;
import java.util.concurrent.atomic.LongAdder;

/// What one media loop does about having too much to do, for others to see. Written by its loop.
/// Thread-safe.
public final class LoopOverload {
    private final LongAdder refused = new LongAdder();
    private volatile int shedLevel;
    private volatile boolean full;

    void set(Shedding shedding) {
        shedLevel = shedding.level();
        full = shedding.isFull();
    }

    /// Somebody new was sent away.
    void onRefused() {
        refused.increment();
    }

    /// What the loop leaves out: see [Shedding#level].
    public int shedLevel() {
        return shedLevel;
    }

    /// Whether it lets nobody new in.
    public boolean isFull() {
        return full;
    }

    /// How many new connections it has refused for that.
    public long refused() {
        return refused.sum();
    }
}
