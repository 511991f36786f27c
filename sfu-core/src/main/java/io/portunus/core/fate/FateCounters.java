// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.fate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One counter per [Fate]. Written by one media loop only; read by anybody, who sees a value that
/// was true a moment ago.
public final class FateCounters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[Fate.values().length];

    public void count(Fate fate) {
        add(fate, 1);
    }

    public void add(Fate fate, long packets) {
        var index = fate.ordinal();
        ELEMENT.setOpaque(counts, index, counts[index] + packets);
    }

    public long get(Fate fate) {
        return (long) ELEMENT.getOpaque(counts, fate.ordinal());
    }
}
