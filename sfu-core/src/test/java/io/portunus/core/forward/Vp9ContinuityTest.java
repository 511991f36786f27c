// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Vp9Payload;
import io.portunus.core.testkit.Packet;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Vp9ContinuityTest {
    private final Vp9Continuity continuity = new Vp9Continuity();

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

        assertThat(Vp9Payload.pictureId(next, 0)).isEqualTo(expected);
        assertThat(Vp9Payload.pictureIdBits(next, 0)).isEqualTo(bits);
        assertThat(Vp9Payload.tl0PicIdx(next, 0)).isEqualTo(201);
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
            assertThat(Vp9Payload.pictureId(payload, 0)).isEqualTo((mask - 2 + i) & mask);
            assertThat(Vp9Payload.tl0PicIdx(payload, 0)).isEqualTo((251 + i) & 0xFF);
        }
        var next = payload(bits, 77, 77);
        continuity.start(next, 0, 8);
        continuity.rewrite(next, 0, 8);
        assertThat(Vp9Payload.pictureId(next, 0)).isEqualTo((mask - 2 + 70_000) & mask);
    }

    /// What stays as it was: layers, and in flexible mode what follows them.
    @ParameterizedTest
    @CsvSource({
        "AC 8005 24 07 00,  ACFFFF24FF00",
        "AC 05 24 07 00,    AC7F24FF00",
        "BC 8005 24 07 00,  BCFFFF240700",
        "8C 05 24 07 00,    8C7F240700",
        "0C 05 24 07 00,    0C05240700",
        "2C 24 07 00 00,    2C24FF0000"
    })
    void changesNothingElse(String hex, String expected) {
        continuity.onPayload(payload(15, 32_766, 254), 0, 8);
        var next = Packet.of(hex);
        continuity.start(next.memory(), next.offset(), next.length());
        continuity.rewrite(next.memory(), next.offset(), next.length());
        assertThat(next.hex()).isEqualToIgnoringCase(expected);
    }

    @ParameterizedTest
    @CsvSource({"80", "80 80", "A0 05", "A0 8005 00", "B0 8005", "''"})
    void leavesAloneWhatIsCutShort(String hex) {
        continuity.onPayload(payload(15, 32_766, 254), 0, 8);
        continuity.start(payload(15, 5, 7), 0, 8);
        var cut = Packet.of(hex);
        continuity.start(cut.memory(), cut.offset(), cut.length());
        continuity.onPayload(cut.memory(), cut.offset(), cut.length());
        continuity.rewrite(cut.memory(), cut.offset(), cut.length());
        assertThat(cut.hex()).isEqualToIgnoringCase(hex.replace(" ", ""));
    }

    /// RFC 9628 §4.2 with picture id, layers and TL0PICIDX.
    private static MemorySegment payload(int bits, int pictureId, int tl0PicIdx) {
        var bytes = ByteBuffer.allocate(8).put((byte) 0xAC);
        if (bits == 15) {
            bytes.putShort((short) (0x8000 | pictureId));
        } else {
            bytes.put((byte) pictureId);
        }
        bytes.put((byte) 0).put((byte) tl0PicIdx);
        return MemorySegment.ofArray(bytes.array());
    }
}
