// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.room.Rooms;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the faults of our own that a media loop contained, and logs each place once, so that a
/// fault that every packet meets doesn't fill the disk. Confined to its media loop.
final class FaultLog implements Rooms.Faults {
    /// How many places are told apart; the faults of all others are only counted.
    private static final int MAX_PLACES = 256;

    private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);

    private final FateCounters fates;
    private final Set<String> logged = new HashSet<>();

    FaultLog(FateCounters fates) {
        this.fates = fates;
    }

    @Override
    public void onFault(String where, RuntimeException fault) {
        onAnyFault(where, fault);
    }

    /// Also for the errors that a fault of ours can throw: assertions and endless recursion.
    void onAnyFault(String where, Throwable fault) {
        fates.count(Fate.FAULT);
        if (logged.size() < MAX_PLACES && logged.add(placeOf(where, fault))) {
            LOG.error(
                    "fault in {}, contained; more from the same place are only counted",
                    where,
                    fault);
        }
    }

    private static String placeOf(String where, Throwable fault) {
        var trace = fault.getStackTrace();
        return where + fault.getClass().getName() + (trace.length > 0 ? trace[0] : "");
    }

    int places() {
        return logged.size();
    }
}
