// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One counter per [SendCount]. Written by one media loop only; read by anybody, who sees a value
/// that was true a moment ago.
public final class SendCounters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[SendCount.values().length];

    void count(SendCount what) {
        add(what, 1);
    }

    void add(SendCount what, long number) {
        var index = what.ordinal();
        ELEMENT.setOpaque(counts, index, counts[index] + number);
    }

    public long get(SendCount what) {
        return (long) ELEMENT.getOpaque(counts, what.ordinal());
    }
}
