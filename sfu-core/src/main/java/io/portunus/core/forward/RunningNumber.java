// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

/// A number inside of packets that counts frames, as one subscriber sees it: each run continues
/// where the one before ended. Confined to its media loop.
final class RunningNumber {
    private static final int UNKNOWN = -1;

    /// No such number is wider; counted on this far, those that are narrower stay right.
    private static final int WIDEST = 0xFFFF;

    private int newest = UNKNOWN;
    private int shift;

    /// A run begins with this number of the source.
    void start(int number) {
        if (newest != UNKNOWN) {
            shift = newest + 1 - number;
        }
    }

    /// Whether numbers have to be changed at all: not before the first break.
    boolean isShifted() {
        return shift != 0;
    }

    /// What a number of the source becomes; only as many of its lower bits count as it has.
    int outOf(int number) {
        return number + shift;
    }

    /// Notes that a packet with this number of the source goes out.
    ///
    /// @param mask as many ones as the number has bits
    void onSent(int number, int mask) {
        var next = outOf(number);
        if (newest == UNKNOWN) {
            newest = next & mask;
            return;
        }
        var ahead = (next - newest) & mask;
        if (ahead <= mask / 2) {
            newest = (newest + ahead) & WIDEST;
        }
    }
}
