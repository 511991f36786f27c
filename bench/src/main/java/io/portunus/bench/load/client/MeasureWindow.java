// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

/// Which packets count: those that were to be sent within it, by [System#nanoTime]. Set once,
/// before it begins. Thread-safe.
public final class MeasureWindow {
    private volatile long startNanos = Long.MAX_VALUE;
    private volatile long endNanos = Long.MAX_VALUE;

    public void set(long startNanos, long endNanos) {
        this.endNanos = endNanos;
        this.startNanos = startNanos;
    }

    public boolean contains(long nanos) {
        return nanos >= startNanos && nanos < endNanos;
    }
}
