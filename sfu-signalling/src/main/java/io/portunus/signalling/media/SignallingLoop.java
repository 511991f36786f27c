// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.media;

import java.time.Duration;

/// The one thread that owns all sessions, handles and the room directory, as those see it who run
/// things on it later. Implemented over a Netty event loop; by a virtual one in tests.
public interface SignallingLoop {
    /// The loop's monotonic clock.
    long nowNanos();

    /// Whether the caller is on the loop.
    boolean isInLoop();

    /// Runs `task` on the loop, behind what is queued. Thread-safe. False, and the task will not
    /// run, when the queue is full or the loop is closed.
    boolean execute(Runnable task);

    /// The same for a request of a client, which is refused earlier, so that a flood of them leaves
    /// room for what the server itself has to do. Thread-safe.
    default boolean offer(Runnable task) {
        return execute(task);
    }

    /// Whether the loop runs nothing any more. Thread-safe.
    default boolean isClosed() {
        return false;
    }

    /// Runs `task` on the loop once `delay` has passed. Thread-safe.
    Timer schedule(Duration delay, Runnable task);

    /// Something scheduled that can be called off.
    interface Timer {
        /// The task will not run, if it has not run yet.
        void cancel();
    }
}
