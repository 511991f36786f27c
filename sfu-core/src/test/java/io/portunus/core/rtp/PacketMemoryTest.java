// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class PacketMemoryTest {
    private static final int SLOT = PacketMemory.SLOT_BYTES;

    @Test
    void holdsAllButTheSlotBeingWritten() {
        var memory = of(4);

        for (var i = 0; i < 3; i++) {
            assertThat(memory.keep()).isEqualTo(i);
        }

        assertThat(memory.writeOffset()).isEqualTo(3L * SLOT);
        assertThat(memory.holds(0)).isTrue();
        assertThat(memory.holds(2)).isTrue();
        assertThat(memory.holds(3)).as("what is being written").isFalse();
        assertThat(memory.holds(-1)).as("nothing").isFalse();
    }

    @Test
    void givesUpTheOldestWhenTheRingComesRound() {
        var memory = of(4);
        for (var i = 0; i < 4; i++) {
            memory.keep();
        }

        assertThat(memory.writeOffset()).as("back at the start").isZero();
        assertThat(memory.holds(0)).as("its slot is being written").isFalse();
        assertThat(memory.holds(1)).isTrue();
    }

    @Test
    void neverClaimsToHoldWhatLiesWhereItWrites() {
        var memory = of(8);
        for (var i = 0; i < 100; i++) {
            for (long position = 0; position < i; position++) {
                if (memory.holds(position)) {
                    assertThat(memory.offsetOf(position))
                            .as("packet %d while writing %d", position, i)
                            .isNotEqualTo(memory.writeOffset());
                }
            }
            memory.keep();
        }
    }

    @Test
    void usesAPowerOfTwoOfItsSlots() {
        var memory = of(7);
        for (var i = 0; i < 4; i++) {
            memory.keep();
        }

        assertThat(memory.writeOffset()).isZero();
    }

    @Test
    void refusesMemoryInWhichNothingCouldBeKept() {
        assertThatThrownBy(() -> of(1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static PacketMemory of(int slots) {
        return new PacketMemory(MemorySegment.ofArray(new byte[slots * SLOT]));
    }
}
