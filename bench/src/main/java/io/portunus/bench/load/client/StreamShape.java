// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

/// What one stream is like.
///
/// @param packetsPerSecond 1 to 100000
/// @param packetBytes of a whole RTP packet before it is protected, 80 to 1400
/// @param burst how many packets go out at once, as those of a frame do, 1 to 64
public record StreamShape(MediaKind kind, int packetsPerSecond, int packetBytes, int burst) {
    private static final int MAX_PACKETS_PER_SECOND = 100_000;
    private static final int MIN_PACKET_BYTES = 80;
    private static final int MAX_PACKET_BYTES = 1_400;
    private static final int MAX_BURST = 64;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    public StreamShape {
        check("rate", packetsPerSecond, 1, MAX_PACKETS_PER_SECOND);
        check("size", packetBytes, MIN_PACKET_BYTES, MAX_PACKET_BYTES);
        check("burst", burst, 1, MAX_BURST);
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "the " + what + " must be " + least + " to " + most + ", not " + value);
        }
    }

    /// From one burst to the next.
    long burstNanos() {
        return NANOS_PER_SECOND * burst / packetsPerSecond;
    }
}
