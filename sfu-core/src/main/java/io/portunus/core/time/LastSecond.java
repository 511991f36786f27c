// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.time;

/// How much of a total that only grows came in the last whole second, as far as somebody ends the
/// seconds. Confined to its media loop.
public final class LastSecond {
    private long totalBefore;
    private long inLast;

    /// A second ends.
    ///
    /// @param total up to now
    public void end(long total) {
        inLast = total - totalBefore;
        totalBefore = total;
    }

    /// What came in the second that ended last; 0 before one has.
    public long count() {
        return inLast;
    }
}
