// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import java.time.Duration;

/// How patient DTLS is.
///
/// @param handshake how long a handshake may take in all
/// @param firstResend how long an unanswered flight waits until it is sent again; doubled each time
public record DtlsSettings(Duration handshake, Duration firstResend) {
    public static final DtlsSettings DEFAULT =
            new DtlsSettings(Duration.ofSeconds(20), Duration.ofMillis(300));

    public DtlsSettings {
        if (handshake.compareTo(Duration.ofSeconds(1)) < 0
                || handshake.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException("the DTLS handshake must get 1 s to 5 min");
        }
        if (firstResend.compareTo(Duration.ofMillis(10)) < 0
                || firstResend.compareTo(Duration.ofSeconds(5)) > 0) {
            throw new IllegalArgumentException("DTLS must wait 10 ms to 5 s before it resends");
        }
    }
}
