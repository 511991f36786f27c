// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/// A one-way network path in virtual time that loses, delays, reorders and repeats datagrams, the
/// same way for the same seed.
public final class LossyLink {
    /// How bad a path is.
    ///
    /// @param loss the share of datagrams that is lost, 0 to 1
    /// @param duplicates the share of datagrams that arrives twice
    /// @param delayNanos what every datagram takes at least
    /// @param jitterNanos what it may take longer; more than the distance of two datagrams reorders
    ///   them
    public record Quality(double loss, double duplicates, long delayNanos, long jitterNanos) {
        public static final Quality PERFECT = new Quality(0, 0, VirtualTime.MILLIS, 0);
    }

    private final VirtualTime time;
    private final SplittableRandom random;
    private final Consumer<byte[]> receiver;
    private Quality quality;
    private boolean cut;

    public LossyLink(VirtualTime time, long seed, Quality quality, Consumer<byte[]> receiver) {
        this.time = time;
        this.quality = quality;
        this.receiver = receiver;
        random = new SplittableRandom(seed);
    }

    public void quality(Quality quality) {
        this.quality = quality;
    }

    /// Nothing arrives any more, not even what is under way.
    public void cut() {
        cut = true;
    }

    public void send(byte[] datagram) {
        if (random.nextDouble() >= quality.loss) {
            deliver(datagram);
            if (random.nextDouble() < quality.duplicates) {
                deliver(datagram);
            }
        }
    }

    private void deliver(byte[] datagram) {
        var jitter = quality.jitterNanos == 0 ? 0 : random.nextLong(quality.jitterNanos);
        time.after(
                quality.delayNanos + jitter,
                () -> {
                    if (!cut) {
                        receiver.accept(datagram);
                    }
                });
    }
}
