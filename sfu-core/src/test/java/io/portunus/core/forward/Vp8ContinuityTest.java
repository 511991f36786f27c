// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Vp8Payload;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Vp8ContinuityTest {
    private final Vp8Continuity continuity = new Vp8Continuity();

    @ParameterizedTest
    @CsvSource({
        // bits, last of the old source, first of the new, what goes out
        "15, 32766, 5, 32767",
        "15, 32767, 5, 0",
        "15, 0, 32767, 1",
        "7, 127, 3, 0",
        "7, 20, 127, 21",
    })
    void pictureIdsGoOnOverAChangeOfSource(int bits, int last, int first, int expected) {
        continuity.start(payload(bits, last, 200), 0, 8);
        continuity.onPayload(payload(bits, last, 200), 0, 8);
        assertThat(continuity.rewrites()).as("the first source is sent as it is").isFalse();

        var next = payload(bits, first, 17);
        continuity.start(next, 0, 8);
        continuity.rewrite(next, 0, 8);

        assertThat(Vp8Payload.pictureId(next, 0)).isEqualTo(expected);
        assertThat(Vp8Payload.pictureIdBits(next, 0)).isEqualTo(bits);
        assertThat(Vp8Payload.tl0PicIdx(next, 0)).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"7", "15"})
    void countsOverTheirEndsWithinARun(int bits) {
        var mask = (1 << bits) - 1;
        continuity.onPayload(payload(bits, mask - 3, 250), 0, 8);
        continuity.start(payload(bits, 9, 3), 0, 8);
        for (var i = 0; i < 70_000; i++) {
            var payload = payload(bits, (9 + i) & mask, (3 + i) & 0xFF);
            continuity.onPayload(payload, 0, 8);
            continuity.rewrite(payload, 0, 8);
            assertThat(Vp8Payload.pictureId(payload, 0)).isEqualTo((mask - 2 + i) & mask);
            assertThat(Vp8Payload.tl0PicIdx(payload, 0)).isEqualTo((251 + i) & 0xFF);
        }
        var next = payload(bits, 77, 77);
        continuity.start(next, 0, 8);
        continuity.rewrite(next, 0, 8);
        assertThat(Vp8Payload.pictureId(next, 0)).isEqualTo((mask - 2 + 70_000) & mask);
    }

    /// RFC 7741 §4.2 with picture id and TL0PICIDX.
    private static MemorySegment payload(int bits, int pictureId, int tl0PicIdx) {
        var bytes = ByteBuffer.allocate(8).put((byte) 0x90).put((byte) 0xC0);
        if (bits == 15) {
            bytes.putShort((short) (0x8000 | pictureId));
        } else {
            bytes.put((byte) pictureId);
        }
        bytes.put((byte) tl0PicIdx);
        return MemorySegment.ofArray(bytes.array());
    }
}
