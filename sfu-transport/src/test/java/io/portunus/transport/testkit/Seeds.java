// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import java.util.stream.LongStream;

/// Seeds for randomised tests: the same hundred every run, or the one given as `-Dportunus.seed`.
public final class Seeds {
    private Seeds() {}

    public static LongStream all() {
        var replay = Long.getLong("portunus.seed");
        return replay != null ? LongStream.of(replay) : LongStream.range(0, 100);
    }
}
