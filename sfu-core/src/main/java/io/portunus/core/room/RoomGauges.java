// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How much there is on one media loop. Written by that loop only; read by anybody, who sees a
/// value that was true a moment ago.
public final class RoomGauges {
    /// What is counted.
    public enum Gauge {
        ROOMS,
        PARTICIPANTS,
        /// Participants whose publishing connection is up.
        PUBLISHING,
        /// Fed sections of subscribers.
        SUBSCRIPTIONS,
        /// Connections that belong to a room, publishing, subscribing or neither yet.
        PEERS,
        /// Faults of our own that were contained since the start; never goes down.
        FAULTS
    }

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[Gauge.values().length];

    void add(Gauge gauge, long change) {
        var index = gauge.ordinal();
        ELEMENT.setOpaque(values, index, values[index] + change);
    }

    public long get(Gauge gauge) {
        return (long) ELEMENT.getOpaque(values, gauge.ordinal());
    }
}
