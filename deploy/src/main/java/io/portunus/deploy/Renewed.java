// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something that is made anew whenever it has become old, when it is asked for next. Thread-safe.
final class Renewed<T> implements Supplier<T> {
    private final Supplier<T> maker;
    private final long lifeNanos;
    private final LongSupplier clock;
    private @Nullable T present;
    private long madeAtNanos;

    /// @param lifeNanos how long one serves
    /// @param clock nanoseconds that never go back
    Renewed(Supplier<T> maker, long lifeNanos, LongSupplier clock) {
        this.maker = maker;
        this.lifeNanos = lifeNanos;
        this.clock = clock;
    }

    @Override
    public synchronized T get() {
        var now = clock.getAsLong();
        var serving = present;
        if (serving == null || now - madeAtNanos >= lifeNanos) {
            serving = maker.get();
            present = serving;
            madeAtNanos = now;
        }
        return serving;
    }
}
