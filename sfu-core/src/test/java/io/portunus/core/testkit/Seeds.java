// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.util.stream.LongStream;

/// The seeds of randomised tests, the same in each run; `-Dportunus.seed=n` replays one.
public final class Seeds {
    private static final int COUNT = 100;

    private Seeds() {}

    public static LongStream all() {
        return first(COUNT);
    }

    /// The first `count` of them, for tests that take longer.
    public static LongStream first(int count) {
        var replay = Long.getLong("portunus.seed");
        return replay == null ? LongStream.range(0, count) : LongStream.of(replay);
    }
}
