// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class EgressMemoryTest {
    private int flushes;
    private int completions;
    private final EgressMemory egress =
            new EgressMemory(
                    Arena.ofAuto().allocate(8_192, 64), () -> completions++, () -> flushes++);

    @Test
    void givesTheSamePlaceUntilItIsTaken() {
        var first = egress.reserve(100);
        assertThat(egress.reserve(1_000)).isEqualTo(first);

        egress.take(first, 90);

        assertThat(egress.reserve(10)).isEqualTo(first + 128);
    }

    @Test
    void sendsEarlyAndStartsOverWhenItIsFull() {
        for (var i = 0; i < 6; i++) {
            egress.take(egress.reserve(1_200), 1_200);
        }
        assertThat(flushes).isZero();

        assertThat(egress.reserve(1_200)).isZero();
        assertThat(flushes).isEqualTo(1);
    }

    @Test
    void hasNoRoomForWhatIsNoDatagram() {
        assertThat(egress.reserve(MediaSocket.MAX_DATAGRAM_BYTES + 1)).isEqualTo(-1);
        assertThat(egress.reserve(-1)).isEqualTo(-1);
        assertThat(egress.reserve(MediaSocket.MAX_DATAGRAM_BYTES)).isZero();
    }

    @Test
    void refusesToTakeWhatWasNotReservedLast() {
        var offset = egress.reserve(100);
        egress.take(offset, 100);

        assertThatThrownBy(() -> egress.take(offset, 100))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isFreeAgainWhenEverythingWasSent() {
        egress.take(egress.reserve(1_000), 1_000);

        egress.reset();

        assertThat(egress.reserve(1_000)).isZero();
        assertThat(completions).as("nobody writes into it any more").isEqualTo(1);
    }
}
