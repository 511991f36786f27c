// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/// On which media loop a new room, or one more subscriber of a room, is best placed: by what each
/// loop's work costs, as measured, and by what is about to come. Thread-safe.
final class Placement {
    /// Loads that differ by less are taken to be the same: then the number of peers decides.
    static final int STEP_PERMILLE = 100;

    /// Another loop must be so much less loaded to be worth the way through a pipe.
    static final int WORTH_PERMILLE = 150;

    private final int loops;
    private final IntUnaryOperator load;
    private final IntUnaryOperator peers;
    private final int spreadAbovePermille;
    private final AtomicInteger nextFirst = new AtomicInteger();

    /// @param load the expected load of a loop, in thousandths of its time
    /// @param peers how many peers a loop has
    /// @param spreadAbovePermille while a room's home is less loaded, its subscribers are there
    ///   too; 0 spreads them always
    Placement(int loops, IntUnaryOperator load, IntUnaryOperator peers, int spreadAbovePermille) {
        this.loops = loops;
        this.load = load;
        this.peers = peers;
        this.spreadAbovePermille = spreadAbovePermille;
    }

    /// The least loaded loop; where several are, that with the fewest peers; where there are as
    /// many, each in its turn, so that rooms that are made together don't all land on one.
    int room() {
        var first = Math.floorMod(nextFirst.getAndIncrement(), loops);
        var best = first;
        for (var i = 1; i < loops; i++) {
            var candidate = (first + i) % loops;
            if (isBetter(candidate, best)) {
                best = candidate;
            }
        }
        return best;
    }

    private boolean isBetter(int candidate, int best) {
        var a = load.applyAsInt(candidate) / STEP_PERMILLE;
        var b = load.applyAsInt(best) / STEP_PERMILLE;
        return a != b ? a < b : peers.applyAsInt(candidate) < peers.applyAsInt(best);
    }

    /// Where one more subscriber of a room goes whose home is `home`.
    int subscriber(int home) {
        if (spreadAbovePermille == 0) {
            return room();
        }
        var atHome = load.applyAsInt(home);
        if (atHome < spreadAbovePermille) {
            return home;
        }
        var best = room();
        return load.applyAsInt(best) + WORTH_PERMILLE <= atHome ? best : home;
    }
}
