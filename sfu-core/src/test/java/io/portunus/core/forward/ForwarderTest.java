// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    private static final long MILLIS = 1_000_000;

    private final FateCounters fates = new FateCounters();
    private final Forwarder forwarder = new Forwarder(fates);
    private final TrackPacket packet = new TrackPacket();

    private static final class Sink implements ForwardSink {
        @Override
        public Fate onPacket(TrackPacket packet, long nowNanos) {
            return Fate.SENT;
        }

        @Override
        public void onSkipped(int epoch, long index, long nowNanos) {}

        @Override
        public int touch() {
            return 1;
        }
    }

    @BeforeEach
    void addSome() {
        for (var i = 0; i < 5; i++) {
            forwarder.add(new Sink());
        }
    }

    @Test
    void whatAPacketNeedsIsLookedAtAfterAPauseAndNotWithinABurst() {
        forwarder.onPacket(packet, 100 * MILLIS);
        assertThat(forwarder.touched()).isEqualTo(5);
        forwarder.onPacket(packet, 100 * MILLIS);
        forwarder.onPacket(packet, 101 * MILLIS);
        assertThat(forwarder.touched()).as("within a burst").isEqualTo(5);
        forwarder.onPacket(packet, 120 * MILLIS);
        assertThat(forwarder.touched()).isEqualTo(10);
        assertThat(fates.get(Fate.SENT)).isEqualTo(4 * 5);
    }
}
