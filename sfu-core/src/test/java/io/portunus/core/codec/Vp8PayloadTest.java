// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.testkit.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Vp8PayloadTest {
    /// Payload, bits and value of the picture id, TL0PICIDX (-1: none), bytes of the descriptor.
    @ParameterizedTest
    @CsvSource({
        "10 00,                0, -1, -1, 1",
        "90 00 00,             0, -1, -1, 2",
        "90 80 7F 00,          7, 127, -1, 3",
        "90 80 FFFF 00,        15, 32767, -1, 4",
        "90 C0 05 FE 00,       7, 5, 254, 4",
        "90 F0 8005 FE E0 00,  15, 5, 254, 6",
        "90 40 80 00,          0, -1, 128, 3"
    })
    void readsTheRunningNumbers(String hex, int bits, int id, int tl0, int descriptor) {
        var payload = Packet.of(hex);
        var memory = payload.memory();
        var at = payload.offset();

        assertThat(Vp8Payload.descriptorBytes(memory, at, payload.length())).isEqualTo(descriptor);
        assertThat(Vp8Payload.pictureIdBits(memory, at)).isEqualTo(bits);
        if (bits > 0) {
            assertThat(Vp8Payload.pictureId(memory, at)).isEqualTo(id);
        }
        assertThat(Vp8Payload.hasTl0PicIdx(memory, at)).isEqualTo(tl0 >= 0);
        if (tl0 >= 0) {
            assertThat(Vp8Payload.tl0PicIdx(memory, at)).isEqualTo(tl0);
        }
    }

    /// The numbers wrap at the size that is there, and no other bit changes.
    @ParameterizedTest
    @CsvSource({
        "90 E0 8005 FE E0 00,  32768, 256, 90e0800000e000",
        "90 E0 8005 FE E0 00,  32767, 255, 90e0ffffffe000",
        "90 E0 05 FE E0 00,    128,   257, 90e00001e000",
        "90 E0 05 FE E0 00,    127,   1,   90e07f01e000"
    })
    void rewritesThemInPlace(String hex, int pictureId, int tl0, String expected) {
        var payload = Packet.of(hex);

        Vp8Payload.pictureId(payload.memory(), payload.offset(), pictureId);
        Vp8Payload.tl0PicIdx(payload.memory(), payload.offset(), tl0);

        assertThat(payload.hex()).isEqualTo(expected);
    }

    @Test
    void noDescriptorIsLongerThanItSays() {
        var payload = Packet.of("FF FF FFFF FF FF 00");

        assertThat(Vp8Payload.descriptorBytes(payload.memory(), payload.offset(), 7))
                .isEqualTo(Vp8Payload.MAX_DESCRIPTOR_BYTES);
    }
}
