// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What operators should know of clients that poll. Thread-safe.
public final class RestCounters {
    private final LongAdder vanished = new LongAdder();
    private final AtomicLong waitingCharacters = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();

    void vanished() {
        vanished.increment();
    }

    void waiting(int moreCharacters) {
        waitingCharacters.addAndGet(moreCharacters);
    }

    /// Characters of events that wait to be fetched.
    public long waitingCharacters() {
        return waitingCharacters.get();
    }

    void opened() {
        open.incrementAndGet();
    }

    void answered() {
        open.decrementAndGet();
    }

    /// Long polls that wait for something to happen.
    public int openPolls() {
        return open.get();
    }

    /// Clients whose long poll broke off and who did not come back.
    public long vanishedClients() {
        return vanished.sum();
    }
}
