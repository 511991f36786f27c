// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Measures what the thread that it is called on allocates while something is done very often.
///
/// It is measured in windows and ends with the first clean one, or the last. A compiler that is
/// late, or that starts over, makes garbage in some window; code that makes garbage does in all.
public final class GarbageMeter {
    /// Less than this is no garbage per step: a total, not a quotient, since integer division would
    /// hide 0.9 bytes a step.
    public static final long CLEAN_BYTES = 4_096;

    private static final int MAX_WINDOWS = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final CountDownLatch over = new CountDownLatch(1);
    private final int warmUp;
    private final int window;
    private long steps;
    private int windows;
    private long startBytes;
    private volatile long leastBytes = Long.MAX_VALUE;

    /// @param warmUp how many steps go before the first window
    /// @param window how many steps are measured together
    public GarbageMeter(int warmUp, int window) {
        this.warmUp = warmUp;
        this.window = window;
    }

    /// One step was done; false when no more are needed.
    public boolean step() {
        var done = steps++ - warmUp;
        if (done < 0 || windows == MAX_WINDOWS || leastBytes < CLEAN_BYTES) {
            return done < 0;
        }
        if (done % window == 0) {
            var bytes = threads.getCurrentThreadAllocatedBytes();
            if (done > 0) {
                endWindow(bytes);
            }
            startBytes = threads.getCurrentThreadAllocatedBytes();
        }
        return windows < MAX_WINDOWS && leastBytes >= CLEAN_BYTES;
    }

    private void endWindow(long bytes) {
        windows++;
        leastBytes = Math.min(leastBytes, bytes - startBytes);
        if (windows == MAX_WINDOWS || leastBytes < CLEAN_BYTES) {
            over.countDown();
        }
    }

    /// Waits for the end; false when it takes too long.
    public boolean await(int seconds) throws InterruptedException {
        return over.await(seconds, TimeUnit.SECONDS);
    }

    /// What the cleanest window allocated.
    public long leastBytes() {
        return leastBytes;
    }
}
