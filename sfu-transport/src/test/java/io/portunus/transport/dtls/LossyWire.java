// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One direction of a network that loses some datagrams and delivers others after the one that
/// follows them, the same way for the same seed.
final class LossyWire implements Consumer<byte[]> {
    private final SplittableRandom random;
    private final double loss;
    private final Consumer<byte[]> receiver;
    private byte @Nullable [] late;

    LossyWire(long seed, double loss, Consumer<byte[]> receiver) {
        random = new SplittableRandom(seed);
        this.loss = loss;
        this.receiver = receiver;
    }

    @Override
    public synchronized void accept(byte[] datagram) {
        if (random.nextDouble() < loss) {
            return;
        }
        var overtaken = late;
        late = null;
        if (overtaken == null && loss > 0 && random.nextInt(5) == 0) {
            late = datagram;
            return;
        }
        receiver.accept(datagram);
        if (overtaken != null) {
            receiver.accept(overtaken);
        }
    }
}
