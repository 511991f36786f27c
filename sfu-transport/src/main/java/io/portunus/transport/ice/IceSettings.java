// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import java.time.Duration;

/// How patient ICE is.
///
/// @param silence after how long without any sign of life a client counts as gone
/// @param connecting how long after its SDP a client may take for its first check
public record IceSettings(Duration silence, Duration connecting) {
    public static final IceSettings DEFAULT =
            new IceSettings(Duration.ofSeconds(15), Duration.ofSeconds(30));

    public IceSettings {
        if (silence.compareTo(Duration.ofSeconds(1)) < 0
                || silence.compareTo(Duration.ofHours(1)) > 0
                || connecting.compareTo(Duration.ofSeconds(1)) < 0
                || connecting.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("ICE time-outs must be 1 second to 1 hour");
        }
    }
}
