// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

/// Whether a media loop has room for anybody new. Confined to it.
final class Admission {
    /// From here on, for so many measurements in a row, nobody new is let in …
    static final int FULL_PERMILLE = 930;

    static final int FULL_MEASUREMENTS = 8;

    /// … until it is less than that …
    static final int NOT_FULL_PERMILLE = 850;

    /// … or has been less than full for so many, with everything on time.
    static final int ON_TIME_MEASUREMENTS = 40;

    private int fullMeasurements;
    private int onTime;
    private boolean full;

    /// The loop did not keep up.
    void onLate() {
        full = true;
        onTime = 0;
    }

    /// The loop kept up. One hiccup is forgotten after a while, even where it has not much time to
    /// spare.
    ///
    /// @param busy whether it sends much
    /// @param loadPermille what part of its time it worked, in thousandths
    /// @param sheds whether it still leaves something out
    void onMeasured(boolean busy, int loadPermille, boolean sheds) {
        var near = busy && loadPermille >= FULL_PERMILLE;
        fullMeasurements = near ? fullMeasurements + 1 : 0;
        onTime = near || sheds ? 0 : onTime + 1;
        if (fullMeasurements >= FULL_MEASUREMENTS) {
            full = true;
        } else if (!sheds && (!busy || loadPermille < NOT_FULL_PERMILLE || isCalm())) {
            full = false;
        }
    }

    /// Whether everything has been on time for long.
    boolean isCalm() {
        return onTime >= ON_TIME_MEASUREMENTS;
    }

    boolean isFull() {
        return full;
    }
}
