// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.warmup.MediaWarmUp;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Warms the packet path up beside a server that is open already: whoever comes at once is served
/// at once, if not yet at full speed. Used by one thread at a time.
final class WarmUp implements AutoCloseable {
    private static final int MOST_MILLIS = 5_000;

    private @Nullable Thread thread;
    private volatile boolean isOver;

    /// @param connections makes one factory for each media loop
    /// @param segmentation whether runs of packets are cut apart by the system
    void start(Supplier<PeerFactory> connections, boolean segmentation) {
        thread =
                Thread.ofPlatform()
                        .name("warm-up")
                        .daemon()
                        .start(() -> MediaWarmUp.run(connections, segmentation, () -> isOver));
    }

    /// Ends it, if it has not come to its end by itself.
    @Override
    public void close() {
        isOver = true;
        if (thread == null) {
            return;
        }
        try {
            thread.join(MOST_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
