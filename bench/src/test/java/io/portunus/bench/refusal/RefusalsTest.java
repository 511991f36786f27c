// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portunus.core.fate.Fate;
import io.portunus.transport.udp.SocketKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RefusalsTest {
    private static final int BATCHES = 20;
    private static final int BATCH = 63;

    @Test
    @Timeout(60)
    void everyDatagramMeetsTheFateThatItIsMeasuredBy() throws InterruptedException {
        assumeTrue(SocketKind.best() == SocketKind.EPOLL);
        try (var victim = new Victim();
                var sender = new Sender(victim)) {
            var refusals = new Refusals(victim, sender);

            refusals.round(true);

            for (var flood : Flood.values()) {
                assertThat(victim.count(flood.fate())).as(flood.label()).isEqualTo(BATCHES * BATCH);
            }
            assertThat(victim.count(Fate.FAULT)).isZero();
            assertThat(sender.refused()).isZero();
        }
    }
}
