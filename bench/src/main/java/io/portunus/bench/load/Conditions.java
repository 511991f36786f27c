// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.server.Confinement;
import org.jspecify.annotations.Nullable;

/// Under which a run says something.
///
/// @param maxLagNanos later than this at the 99th percentile, and the run is void
/// @param maxCores with more than this of a processor used by this process, likewise
/// @param confinement tightened when everybody has joined, until everything has arrived
record Conditions(long maxLagNanos, double maxCores, @Nullable Confinement confinement) {
    /// Of a server that has the machine's processors.
    static Conditions maxLag(long nanos) {
        return new Conditions(nanos, Double.POSITIVE_INFINITY, null);
    }

    /// The same without the confinement.
    Conditions unconfined() {
        return new Conditions(maxLagNanos, maxCores, null);
    }
}
