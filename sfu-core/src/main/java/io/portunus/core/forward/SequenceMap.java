// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

/// Which number of an outgoing stream stands for which of its source's, since the source began to
/// feed it. What the source lost stays a gap; what it numbered without content does not.
///
/// Kept as the few steps at which the difference between both changed. Confined to its media loop.
final class SequenceMap {
    static final int MAX_STEPS = 64;

    /// From this number of the source on …
    private final long[] fromSource = new long[MAX_STEPS];

    /// … an outgoing number is so much smaller.
    private final long[] difference = new long[MAX_STEPS];

    /// The newest step of both once more, as nearly all packets are behind it.
    private long newestFrom = Long.MAX_VALUE;

    private long newestDifference;
    private long newestStep = -1;
    private long oldestStep;
    private long newestSource;

    /// Begins anew: the source's number `source` goes out as `out`.
    void start(long source, long out) {
        newestStep = 0;
        oldestStep = 0;
        fromSource[0] = source;
        difference[0] = source - out;
        newestSource = source;
        noteNewest();
    }

    private void noteNewest() {
        var at = (int) newestStep & (MAX_STEPS - 1);
        newestFrom = fromSource[at];
        newestDifference = difference[at];
    }

    /// The outgoing number, or -1 where there is none: from before the start, from too long ago, or
    /// skipped.
    long outOf(long source) {
        newestSource = Math.max(newestSource, source);
        return source >= newestFrom ? source - newestDifference : earlierOutOf(source);
    }

    private long earlierOutOf(long source) {
        var below = Long.MAX_VALUE;
        for (var step = newestStep; step >= oldestStep; step--) {
            var at = (int) step & (MAX_STEPS - 1);
            if (source >= fromSource[at]) {
                var out = source - difference[at];
                return out < below ? out : -1;
            }
            below = fromSource[at] - difference[at];
        }
        return -1;
    }

    int touch() {
        return (int) (newestFrom + newestSource);
    }

    /// Closes the gap of a number of the source that carries nothing; false, and nothing changed,
    /// where a later one has gone out already.
    boolean skip(long source) {
        if (source <= newestSource) {
            return false;
        }
        newestSource = source;
        var newest = (int) newestStep & (MAX_STEPS - 1);
        var skipped = difference[newest] + 1;
        if (fromSource[newest] != source) {
            newestStep++;
            oldestStep = Math.max(oldestStep, newestStep - MAX_STEPS + 1);
        }
        var at = (int) newestStep & (MAX_STEPS - 1);
        fromSource[at] = source + 1;
        difference[at] = skipped;
        noteNewest();
        return true;
    }

    /// The source's number that an outgoing one stands for, or -1 where that is not known.
    long sourceOf(long out) {
        for (var step = newestStep; step >= oldestStep; step--) {
            var at = (int) step & (MAX_STEPS - 1);
            if (out >= fromSource[at] - difference[at]) {
                return out + difference[at];
            }
        }
        return -1;
    }
}
