// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Hostile bytes, the same for the same seed: valid packets that were changed, cut short, made
/// longer or mixed up, and such as never were any.
public final class Mutations {
    private static final int MAX_BYTES = 1_400;
    private static final byte[] AWKWARD = {0, 1, 0x0F, 0x10, 0x1F, 0x7F, (byte) 0x80, (byte) 0xFF};

    private final SplittableRandom random;

    public Mutations(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Something made of one of `valid`, or of nothing.
    public byte[] next(List<byte[]> valid) {
        if (random.nextInt(20) == 0) {
            var noise = new byte[random.nextInt(80)];
            random.nextBytes(noise);
            return noise;
        }
        return mutate(valid.get(random.nextInt(valid.size())), valid);
    }

    /// `packet` changed in up to four ways.
    public byte[] mutate(byte[] packet, List<byte[]> others) {
        var bytes = packet.clone();
        for (var i = random.nextInt(5); i > 0; i--) {
            bytes = change(bytes, others);
        }
        return bytes.length > MAX_BYTES ? Arrays.copyOf(bytes, MAX_BYTES) : bytes;
    }

    private byte[] change(byte[] bytes, List<byte[]> others) {
        if (bytes.length == 0) {
            return bytes;
        }
        var at = random.nextInt(random.nextBoolean() ? Math.min(24, bytes.length) : bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1, 2 -> bytes[at] = AWKWARD[random.nextInt(AWKWARD.length)];
            case 3 -> bytes[at] = (byte) random.nextInt();
            case 4 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 5 -> {
                var other = others.get(random.nextInt(others.size()));
                var from = random.nextInt(other.length);
                var longer = Arrays.copyOf(bytes, at + other.length - from);
                System.arraycopy(other, from, longer, at, other.length - from);
                return longer;
            }
            default -> {
                return Arrays.copyOf(bytes, bytes.length + random.nextInt(40));
            }
        }
        return bytes;
    }
}
