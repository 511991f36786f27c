// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import java.io.Serial;

/// Ends the handling of one request with a [PluginError]; never leaves this package.
final class PluginRefusal extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient PluginError error;

    PluginRefusal(PluginError error) {
        super(error.text(), null, false, false);
        this.error = error;
    }

    PluginError error() {
        return error;
    }
}
