// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.config;

import java.io.Serial;

/// A setting that stops the start; the message names it and says what is allowed.
public final class BadSettingException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    public BadSettingException(String message) {
        super(message);
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BadSettingException(otherwise);
        }
    }

    static void inRange(String setting, int value, int least, int most) {
        require(
                value >= least && value <= most,
                setting + " is " + value + ", but must be " + least + " to " + most);
    }
}
