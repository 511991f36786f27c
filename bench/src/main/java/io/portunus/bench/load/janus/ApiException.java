// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.janus;

/// A server that did not answer, or refused.
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ApiException(String message) {
        super(message);
    }

    public ApiException(String message, Throwable cause) {
        super(message, cause);
    }
}
