// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import java.io.Serial;

/// Ends the handling of one request with an [ApiError]; never leaves whoever handles it.
public final class ApiRefusal extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    public ApiRefusal(ApiError error) {
        super(error.reason(), null, false, false);
        this.error = error;
    }

    public ApiError error() {
        return error;
    }
}
