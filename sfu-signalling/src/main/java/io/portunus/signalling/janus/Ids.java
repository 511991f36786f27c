// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import java.security.SecureRandom;

/// Random numbers for sessions and handles. Thread-safe.
final class Ids {
    /// The largest integer that JavaScript holds exactly.
    static final long MAX = (1L << 53) - 1;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /// 1 to [#MAX].
    static long next() {
        return 1 + (RANDOM.nextLong() >>> 11) % MAX;
    }
}
