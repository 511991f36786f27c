// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/// Lets a thread go before all others, since clients in earnest have machines of their own, and one
/// that waits for the server's processor would measure itself. Needs root, and does nothing
/// without.
public final class Urgency {
    private static final int LOWEST_REAL_TIME = 1;
    private static final int NICE = -15;

    private Urgency() {}

    /// For the calling thread, which must sleep most of the time.
    public static void ofThisThread() {
        try (var arena = Arena.ofConfined()) {
            var parameters = arena.allocate(ValueLayout.JAVA_INT);
            parameters.set(ValueLayout.JAVA_INT, 0, LOWEST_REAL_TIME);
            if (Linux.schedule(Linux.SCHED_RR, parameters.address()) < 0) {
                Linux.nice(NICE);
            }
        }
    }
}
