// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// How often which [Refusal] met a client. Thread-safe.
public final class HttpCounters {
    private final LongAdder[] refusals = new LongAdder[Refusal.values().length];

    private final AtomicLong held = new AtomicLong();

    HttpCounters() {
        for (var i = 0; i < refusals.length; i++) {
            refusals[i] = new LongAdder();
        }
    }

    void count(Refusal refusal) {
        refusals[refusal.ordinal()].increment();
    }

    /// Bytes have come of requests that are not complete, or are held no more.
    ///
    /// @return how many there are now
    long hold(int more) {
        return held.addAndGet(more);
    }

    public long refused(Refusal refusal) {
        return refusals[refusal.ordinal()].sum();
    }
}
