// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.util.concurrent.atomic.AtomicLongArray;

/// What has been counted so far. Each count is written by one thread and read by any.
public final class Tally {
    /// What is counted.
    public enum Count {
        /// Packets published, ever.
        SENT,
        /// Packets published that count, and those of them that the system did not take.
        PUBLISHED,
        REFUSED,
        /// Media packets that arrived, ever, simulated loss and retransmissions included.
        RECEIVED,
        /// Packets that count and arrived, each once per subscriber.
        DELIVERED,
        /// Of them, those that came as a retransmission.
        RECOVERED,
        DUPLICATE,
        /// Packets that we threw away on purpose.
        LOST_ON_PURPOSE,
        /// Packets that were decrypted to look at their payload, and those that were not as sent.
        CHECKED,
        NOT_AS_SENT,
        NOT_AUTHENTIC,
        /// Samples that showed that sequence numbers had been shifted since the sample before.
        SHIFTED,
        /// What servers asked publishers for.
        KEY_FRAMES_ASKED,
        RETRANSMISSIONS_ASKED,
        /// What we asked servers for.
        NACKED,
        ROLE_CONFLICTS
    }

    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);

    void count(Count what) {
        add(what, 1);
    }

    void add(Count what, long more) {
        counts.setOpaque(what.ordinal(), counts.getPlain(what.ordinal()) + more);
    }

    public long get(Count what) {
        return counts.getOpaque(what.ordinal());
    }
}
