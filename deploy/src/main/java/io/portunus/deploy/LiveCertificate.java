// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What new TLS connections are served with: the operator's PEM files, looked at every few seconds
/// and read anew when they have changed. Files that cannot be used change nothing, and why is
/// logged. Thread-safe.
final class LiveCertificate implements Supplier<SslContext>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveCertificate.class);

    private final PemFiles files;
    private volatile SslContext context;
    private PemFiles.@Nullable Version seen;
    private @Nullable String told;
    private @Nullable Thread watcher;

    /// @throws IOException when the files cannot be used
    LiveCertificate(PemFiles files) throws IOException {
        this.files = files;
        seen = files.version();
        context = files.load();
    }

    /// Begins to look for changes.
    LiveCertificate watched(Duration period) {
        watcher = Thread.ofVirtual().name("certificate").start(() -> watch(period));
        return this;
    }

    @Override
    public SslContext get() {
        return context;
    }

    /// Looks whether the files have changed. Not to be called by two threads.
    void check() {
        try {
            var version = files.version();
            if (!version.equals(seen)) {
                // Once tried is enough, whatever comes of it: the next change is the next chance.
                seen = version;
                context = files.load();
                told = null;
                LOG.info("new connections get the certificate in {}", files.certificate());
            }
        } catch (IOException | IllegalArgumentException e) {
            tellOnce(e);
        }
    }

    @Override
    public void close() {
        if (watcher != null) {
            watcher.interrupt();
        }
    }

    private void tellOnce(Exception trouble) {
        var why = String.valueOf(trouble.getMessage());
        if (!Objects.equals(why, told)) {
            told = why;
            LOG.error("the certificate stays as it is, for the files cannot be used: {}", why);
        }
    }

    private void watch(Duration period) {
        try {
            while (true) {
                Thread.sleep(period);
                check();
            }
        } catch (InterruptedException _) {
            // The server stops.
        }
    }
}
