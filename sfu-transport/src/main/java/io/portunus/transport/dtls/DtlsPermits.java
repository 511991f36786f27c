// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import java.util.concurrent.Semaphore;

/// How many handshakes may compute at once: they are all arithmetic, and media loops need the
/// processors more. One that waits for its client's next flight holds no permit, so that silent
/// clients keep nobody waiting. Thread-safe.
public final class DtlsPermits {
    private final Semaphore permits;

    /// @param atOnce as many as there are processors is a good number
    public DtlsPermits(int atOnce) {
        permits = new Semaphore(atOnce, true);
    }

    void acquire() {
        permits.acquireUninterruptibly();
    }

    void release() {
        permits.release();
    }
}
