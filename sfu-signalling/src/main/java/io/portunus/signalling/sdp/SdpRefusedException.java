// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import java.io.Serial;

/// Ends the reading of a description; never leaves this package.
final class SdpRefusedException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final String reason;

    SdpRefusedException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
