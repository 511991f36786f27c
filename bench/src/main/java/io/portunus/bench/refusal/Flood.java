// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.refusal;

import io.portunus.core.fate.Fate;

/// What is sent to a media loop, and the fate that each of it must meet.
enum Flood {
    ACCEPTED("accepted, 1200 bytes", Fate.RECEIVED),
    OVERSIZED("oversized, 2100 bytes", Fate.DATAGRAM_TOO_LARGE),
    TRUNCATED("truncated, 20 bytes", Fate.SRTP_MALFORMED),
    UNAUTHENTICATED("not authentic, 1200 bytes", Fate.NOT_AUTHENTIC),
    REPLAYED("replayed, 1200 bytes", Fate.REPLAYED),
    UNKNOWN_SSRC("authentic, of an unknown SSRC", Fate.UNKNOWN_STREAM),
    UNKNOWN_ADDRESS("from an unknown address, 1200 bytes", Fate.UNKNOWN_ADDRESS),
    UNKNOWN_PROTOCOL("no protocol of ours, 1200 bytes", Fate.UNKNOWN_PROTOCOL),
    GARBAGE_STUN("STUN, garbage", Fate.STUN_MALFORMED),
    FOREIGN_STUN("STUN, unknown user", Fate.STUN_NOT_FOR_US),
    FORGED_STUN("STUN, known user, wrong password", Fate.STUN_NOT_AUTHENTIC);

    private final String label;
    private final Fate fate;

    Flood(String label, Fate fate) {
        this.label = label;
        this.fate = fate;
    }

    /// For the reader.
    String label() {
        return label;
    }

    Fate fate() {
        return fate;
    }

    /// Whether it comes from an address that the loop does not know.
    boolean isFromStranger() {
        return switch (this) {
            case UNKNOWN_ADDRESS, GARBAGE_STUN, FOREIGN_STUN, FORGED_STUN -> true;
            case ACCEPTED,
                    OVERSIZED,
                    TRUNCATED,
                    UNAUTHENTICATED,
                    REPLAYED,
                    UNKNOWN_SSRC,
                    UNKNOWN_PROTOCOL ->
                    false;
        };
    }
}
