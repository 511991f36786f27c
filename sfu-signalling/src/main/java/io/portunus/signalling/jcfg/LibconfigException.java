// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.jcfg;

/// A text is not libconfig; the message names the line.
public final class LibconfigException extends Exception {
    private static final long serialVersionUID = 1L;

    LibconfigException(int line, String what) {
        super("line " + line + ": " + what);
    }
}
