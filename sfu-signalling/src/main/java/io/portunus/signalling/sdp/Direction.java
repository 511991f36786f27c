// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import java.util.Locale;

/// The direction of a media section, as the side that wrote it sees it (RFC 8866 §6.7).
public enum Direction {
    SENDRECV,
    SENDONLY,
    RECVONLY,
    INACTIVE;

    public boolean sends() {
        return this == SENDRECV || this == SENDONLY;
    }

    public boolean receives() {
        return this == SENDRECV || this == RECVONLY;
    }

    static Direction of(boolean sends, boolean receives) {
        if (sends) {
            return receives ? SENDRECV : SENDONLY;
        }
        return receives ? RECVONLY : INACTIVE;
    }

    String attribute() {
        return name().toLowerCase(Locale.ROOT);
    }
}
